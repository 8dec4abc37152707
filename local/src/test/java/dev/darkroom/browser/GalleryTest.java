package dev.darkroom.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import dev.darkroom.local.LocalStack;
import dev.darkroom.testing.LocalStackExtension;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NeedsChromium
@Order(1)
class GalleryTest {
    private static final int PICTURES = 300;

    @RegisterExtension
    static final LocalStackExtension STACK =
            LocalStackExtension.with("FIRST_POLL_SECONDS", "1").and("MAX_POLL_SECONDS", "1");

    private static LocalStack stack;
    private static Visitors visitors;

    @BeforeAll
    static void start(LocalStack started, Visitors given) {
        stack = started;
        visitors = given;
        visitors.ended("painter", "Number 0 of many");
        new Copies(stack).of("painter", PICTURES - 1);
    }

    /** Scrolls down fast until no more pictures are added. */
    private static void scrollToTheEnd(Visitor visitor) {
        visitor.page().waitForCondition(() -> {
            visitor.page().mouse().wheel(0, 1200);
            return (Boolean) visitor.page().evaluate("""
                document.querySelectorAll("#gallery > li").length === %d
                  && innerHeight + scrollY >= document.documentElement.scrollHeight - 2
                """.formatted(PICTURES));
        });
    }

    /** Returns whether the browser renders the tile's content. */
    private static boolean isDrawn(Locator tile) {
        return (Boolean)
                tile.evaluate("tile => tile.querySelector('a').checkVisibility({ contentVisibilityAuto: true })");
    }

    @Test
    void three_hundred_are_scrolled_and_no_picture_is_fetched_twice_or_moves() {
        try (Visitor painter = visitors.fresh()) {
            painter.page().addInitScript("""
                window.shifts = []
                new PerformanceObserver(list => list.getEntries().forEach(entry => {
                  const wall = document.getElementById("gallery")
                  const moved = entry.sources.map(source => source.node).filter(node => node && wall?.contains(node))
                  if (moved.length === 0 || entry.hadRecentInput) return
                  window.shifts.push(`${entry.value.toFixed(3)} ${[...new Set(moved.map(node => node.className ?? node.nodeName))]}`)
                }))
                  .observe({ type: "layout-shift", buffered: true })
                """);
            painter.as("painter");
            assertThat(painter.tiles().first().locator("img")).isVisible();
            scrollToTheEnd(painter);
            assertThat(isDrawn(painter.page().locator("#gallery > li").last())).isTrue();
            assertThat(isDrawn(painter.page().locator("#gallery > li").first())).isFalse();
            painter.page().mouse().wheel(0, -1_000_000);
            painter.page().waitForCondition(() -> (Boolean) painter.page().evaluate("scrollY === 0"));
            scrollToTheEnd(painter);

            Map<String, Long> pictures = painter.fetched().stream()
                    .filter(request -> request.contains(stack.imagesBucket()))
                    .map(request -> request.replaceAll("\\?.*", ""))
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            assertThat(pictures)
                    .isNotEmpty()
                    .allSatisfy((picture, times) -> assertThat(times).isEqualTo(1));
            assertThat((List<?>) painter.page().evaluate("window.shifts"))
                    .as("what moved")
                    .isEmpty();
        }
    }

    /** Starts with an empty browser cache. The time is printed, not asserted. */
    @Test
    void a_fresh_tab_shows_its_first_pictures() {
        try (Visitor painter = visitors.fresh()) {
            painter.page().addInitScript("sessionStorage.setItem('darkroom.name', 'painter')");
            painter.open();
            painter.page().waitForCondition(() -> (Boolean) painter.page().evaluate("""
                [...document.querySelectorAll("#gallery img")].filter(image => image.naturalWidth > 0).length >= 10
                """));
            System.out.println("a fresh tab with " + PICTURES + " tasks, ms to its first picture and to its tenth: "
                    + painter.page().evaluate("""
                        performance.getEntriesByType("resource").filter(entry => entry.initiatorType === "img")
                          .map(entry => Math.round(entry.responseEnd)).sort((one, other) => one - other)
                          .filter((_, index) => index === 0 || index === 9)
                        """));
        }
    }

    @Test
    void words_are_found_on_pages_that_were_not_loaded_yet() {
        try (Visitor painter = visitors.visitor().as("painter")) {
            painter.field("Find pictures by words of their prompt").fill("number " + (PICTURES - 1));
            assertThat(painter.tiles()).hasCount(1);
            assertThat(painter.tiles().first()).containsText("Number " + (PICTURES - 1));
        }
    }

    @Test
    void the_keys_lead_from_picture_to_picture() {
        try (Visitor painter = visitors.visitor().as("painter")) {
            Locator prompt = painter.viewer().locator("[data-part=prompt]");
            painter.tiles().nth(0).locator("a").press("Enter");
            String first = prompt.textContent();
            painter.page().keyboard().press("ArrowLeft");
            assertThat(prompt).hasText(first);
            painter.page().keyboard().press("ArrowRight");
            assertThat(prompt).not().hasText(first);
            String second = prompt.textContent();
            painter.page().keyboard().press("Escape");
            assertThat(painter.viewer()).isHidden();
            assertThat(painter.tile(second).locator("a")).isFocused();
        }
    }
}
