package dev.darkroom.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.options.ColorScheme;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.TaskFault;
import dev.darkroom.testing.LocalStackExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs axe on the page, for people with low vision, with a screen reader, or without a mouse. */
@NeedsChromium
@Order(1)
class AccessibilityTest {
    @RegisterExtension
    static final LocalStackExtension STACK =
            LocalStackExtension.with("FIRST_POLL_SECONDS", "1").and("MAX_POLL_SECONDS", "1");

    private static LocalStack stack;
    private static Visitors visitors;

    @BeforeAll
    static void start(LocalStack started, Visitors given) {
        stack = started;
        visitors = given;
    }

    /**
     * Runs axe in a wide light, a wide dark and a narrow window. The dark theme differs in colours only, so only those are checked there.
     */
    private static void findsNothing(Visitor visitor, String where) {
        findsNothing(visitor, where, "wide", new AxeBuilder(visitor.page()));
        visitor.page().emulateMedia(new EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        findsNothing(visitor, where, "dark", new AxeBuilder(visitor.page()).withRules(List.of("color-contrast")));
        visitor.page().emulateMedia(new EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        visitor.page().setViewportSize(320, 800);
        findsNothing(visitor, where, "narrow", new AxeBuilder(visitor.page()));
        visitor.page().setViewportSize(1280, 800);
    }

    private static void findsNothing(Visitor visitor, String where, String how, AxeBuilder axe) {
        // The page has no frames. Without legacy mode, axe would open another page each time.
        List<String> found = axe.setLegacyMode(true).analyze().getViolations().stream()
                .map(rule -> rule.getId() + ": " + rule.getHelp() + " " + nodes(rule))
                .toList();
        assertThat(found).as(where + ", " + how).isEmpty();
        assertThat((List<?>) visitor.page().evaluate("""
            document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
              .filter(element => element.getBoundingClientRect().right > innerWidth)
              .map(element => element.cloneNode().outerHTML)
            """))
                .as("wider than the window: " + where + ", " + how)
                .isEmpty();
    }

    private static List<String> nodes(Rule rule) {
        return rule.getNodes().stream().map(node -> node.getHtml()).toList();
    }

    @Test
    void axe_finds_nothing() {
        stack.apiDot().faults().add(new TaskFault.Fails("failed", "It was refused"), 1, "Refused by name");
        visitors.ended("axe", "A forest in fog", "Refused by name");
        try (Visitor visitor = visitors.visitor(options -> options.setViewportSize(1280, 800))) {
            visitor.open();
            assertThat(visitor.field("Your name")).isVisible();
            findsNothing(visitor, "sign-in");
            visitor.signInAs("axe");
            stack.apiDot().faults().add(new TaskFault.NeverEnds("running"), 1, "Under way for long");
            visitor.sees("A forest in fog");
            assertThat(visitor.tile("Refused")).containsText("It was refused");
            visitor.make("Under way for long");
            assertThat(visitor.tile("Under way")).isVisible();
            visitor.field("Size").selectOption("custom");
            visitor.field("Width").fill("17");
            visitor.prompt().fill("");
            visitor.button("Make").click();
            findsNothing(visitor, "gallery, with problems");
            visitor.field("Choose: A forest in fog").check();
            findsNothing(visitor, "a choice");
            visitor.button("Delete").click();
            assertThat(visitor.button("Keep")).isFocused();
            findsNothing(visitor, "a question");
            visitor.page().keyboard().press("Escape");
            visitor.button("Cancel").click();
            visitor.look("A forest in fog");
            findsNothing(visitor, "a picture");
        }
    }

    @Test
    void all_can_be_done_by_keys() {
        try (Visitor visitor = visitors.visitor().open()) {
            var keys = visitor.page().keyboard();
            keys.type("typist");
            keys.press("Enter");
            assertThat(visitor.page().getByText("typist")).isVisible();
            visitor.prompt().focus();
            keys.type("Typed, never clicked");
            keys.press("Control+Enter");
            visitor.sees("Typed, never clicked");
            visitor.tiles().first().locator("a").focus();
            keys.press("Enter");
            assertThat(visitor.viewer()).isVisible();
            keys.press("Escape");
            assertThat(visitor.viewer()).isHidden();
            keys.press("/");
            assertThat(visitor.field("Find pictures by words of their prompt")).isFocused();
        }
    }
}
