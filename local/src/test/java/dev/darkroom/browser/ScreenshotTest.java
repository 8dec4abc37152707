package dev.darkroom.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotType;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import dev.darkroom.local.apidot.Settings;
import dev.darkroom.local.apidot.TaskFault;
import dev.darkroom.testing.LocalStackExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Takes the screenshot at the top of README.md. Runs only with {@code -Ddarkroom.screenshot=../docs/page.jpg}. */
@NeedsChromium
@EnabledIfSystemProperty(named = ScreenshotTest.FILE, matches = ".+")
class ScreenshotTest {
    static final String FILE = "darkroom.screenshot";

    private record Wish(String prompt, String size) {}

    private static final List<Wish> WISHES = List.of(
            new Wish("Hills after rain, seen from a tower", "16:9"),
            new Wish("A wide valley at first light", "3:2"),
            new Wish("Five ridges under a pale sun", "4:5"),
            new Wish("The coast in the blue hour", "16:9"),
            new Wish("Heather in the evening", "5:4"),
            new Wish("Dunes under a low sun", "1:1"),
            new Wish("A calm bay before a storm", "3:2"),
            new Wish("The moor in the morning fog", "2:3"),
            new Wish("Rolling land, late in summer", "16:9"));

    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with(Options.forTests()
            .withApiDot(
                    Settings.standard(Options.SIMULATED_KEY).withPace(Duration.ofMillis(10), Duration.ofMillis(10))));

    @Test
    void the_page_with_pictures_on_it(LocalStack stack, Visitors visitors) {
        try (Visitor alice = visitors.visitor(options ->
                options.setViewportSize(1280, 900).setDeviceScaleFactor(1.5).setReducedMotion(ReducedMotion.REDUCE))) {
            alice.as("alice");
            for (Wish wish : WISHES) {
                alice.field("Size").selectOption(wish.size());
                alice.make(wish.prompt()).sees(wish.prompt());
            }
            stack.apiDot().faults().add(new TaskFault.Takes(Duration.ofHours(1)), 1, "paper boat");
            alice.field("Size").selectOption("1:1");
            alice.make("A paper boat on a river of ink");
            assertThat(alice.tile("A paper boat")).isVisible();
            alice.prompt().fill("A paper boat on a river of ink, seen from above");
            alice.page().mouse().move(5, 5);
            alice.page()
                    .screenshot(new Page.ScreenshotOptions()
                            .setType(ScreenshotType.JPEG)
                            .setQuality(82)
                            .setPath(Path.of(Objects.requireNonNull(System.getProperty(FILE)))));
        }
    }
}
