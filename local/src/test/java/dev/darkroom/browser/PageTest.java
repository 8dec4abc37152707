package dev.darkroom.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.Fault;
import dev.darkroom.local.apidot.ReceiverAnswer;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.local.apidot.TaskFault;
import dev.darkroom.local.apidot.WebhookFault;
import dev.darkroom.task.UserId;
import dev.darkroom.testing.LocalStackExtension;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person does on the page, in a real browser, against the whole system. */
@NeedsChromium
@Order(1)
class PageTest {
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

    private static long paidFor(String prompt) {
        return stack.apiDot().stats(prompt).tasksAccepted();
    }

    @Test
    void a_prompt_becomes_a_picture() {
        try (Visitor alice = visitors.visitor(
                        options -> options.setPermissions(List.of("clipboard-read", "clipboard-write")))
                .as("alice")) {
            assertThat(alice.page().getByText("1 credit · $0.005")).isVisible();
            alice.make("Dunes at dusk").sees("Dunes at dusk");

            alice.look("Dunes at dusk");
            Locator picture = alice.viewer().locator("[data-part=picture]");
            assertThat(alice.viewer()).containsText("1024 × 1024");
            assertThat(Visitor.middle(picture))
                    .isEqualTo(Visitor.middle(alice.tile("Dunes at dusk").locator("img")));
            Download download =
                    alice.page().waitForDownload(() -> alice.button("Download").click());
            assertThat(download.suggestedFilename()).matches("Dunes-at-dusk-.{6}\\.(png|jpg|webp)");
            alice.button("Copy prompt").click();
            assertThat(alice.page().getByText("The prompt is copied.")).isVisible();
            assertThat(alice.page().evaluate("navigator.clipboard.readText()")).isEqualTo("Dunes at dusk");
            alice.page().keyboard().press("Escape");
            assertThat(alice.viewer()).isHidden();
        }
    }

    @Test
    void a_link_to_one_picture_works_after_a_reload_and_for_nobody_else() {
        String link;
        visitors.ended("anne", "A lighthouse");
        try (Visitor alice = visitors.visitor().as("anne")) {
            alice.look("A lighthouse");
            alice.page().reload();
            assertThat(alice.viewer()).containsText("A lighthouse");
            link = alice.page().url();
            assertThat(link).contains("#/task/task-");
        }
        try (Visitor bob = visitors.visitor()) {
            bob.open(link.substring(link.indexOf('#') - 1)).signInAs("bob");
            assertThat(bob.page().getByText("This picture does not exist")).isVisible();
            assertThat(bob.tiles()).hasCount(0);
        }
    }

    @Test
    void a_double_click_pays_once() {
        try (Visitor alice = visitors.visitor().as("doubly")) {
            alice.prompt().fill("Only one of these");
            alice.button("Make").dblclick();
            alice.sees("Only one of these");
            assertThat(alice.tiles()).hasCount(1);
            assertThat(paidFor("Only one of these")).isEqualTo(1);
        }
    }

    @Test
    void a_lost_answer_pays_once() {
        try (Visitor alice = visitors.visitor().as("unlucky")) {
            AtomicInteger lost = new AtomicInteger();
            // The request arrives; its answer is lost.
            alice.page().route("**/api/generate/submit", route -> {
                if (lost.getAndIncrement() == 0) {
                    route.fetch();
                    route.abort();
                } else {
                    route.resume();
                }
            });
            alice.make("Sent twice, paid once").sees("Sent twice, paid once");
            assertThat(lost).hasValue(2);
            assertThat(alice.tiles()).hasCount(1);
            assertThat(paidFor("Sent twice, paid once")).isEqualTo(1);
        }
    }

    @Test
    void a_reload_before_the_answer_pays_once() {
        try (Visitor alice = visitors.visitor().as("hasty")) {
            alice.page().route("**/api/generate/submit", route -> {
                route.fetch();
                route.abort();
            });
            alice.make("Reloaded, paid once");
            assertThat(alice.button("Trying again…")).isVisible();
            alice.page().reload();
            alice.page().unroute("**/api/generate/submit");
            alice.button("Make").click();
            alice.sees("Reloaded, paid once");
            assertThat(alice.tiles()).hasCount(1);
            assertThat(paidFor("Reloaded, paid once")).isEqualTo(1);
        }
    }

    @Test
    void any_name_is_a_user() {
        try (Visitor li = visitors.visitor().as("李 Łukasz")) {
            li.make("Bamboo").sees("Bamboo");
            li.page().reload();
            li.sees("Bamboo");
        }
    }

    /** Chromium lets the page keep a dialog open only once after the user did something else. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void escape_leads_not_past_the_sign_in(int times) {
        try (Visitor alice = visitors.visitor().open()) {
            alice.field("Your name").fill("escaping");
            for (int i = 0; i < times; i++) {
                alice.page().keyboard().press("Escape");
            }
            assertThat(alice.field("Your name")).hasValue("escaping");
            alice.field("Your name").press("Enter");
            alice.make("Came in " + times).sees("Came in " + times);
        }
    }

    @Test
    void who_comes_back_sees_all_that_was_made_meanwhile() {
        try (Visitor alice = visitors.visitor().as("two-devices")) {
            assertThat(alice.page().getByText("No pictures yet.")).isVisible();
            visitors.ended("two-devices", prompts("First", 31));
            alice.page().evaluate("dispatchEvent(new Event('online'))");
            assertThat(alice.tiles()).hasCount(31);

            visitors.ended("two-devices", prompts("Then", 31));
            // Newer than those that this page does not know yet.
            alice.make("Made here").sees("Made here");
            alice.page().evaluate("dispatchEvent(new Event('online'))");
            assertThat(alice.tiles()).hasCount(63);
        }
    }

    private static String[] prompts(String words, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> words + " " + number)
                .toArray(String[]::new);
    }

    @Test
    void every_problem_stands_at_its_field() {
        try (Visitor alice = visitors.visitor().as("careless")) {
            alice.field("Size").selectOption("custom");
            alice.field("Width").fill("1000");
            alice.field("Height").fill("9999");
            assertThat(alice.page().locator("#custom-problem"))
                    .containsText("Width and height must be multiples of 16. Width and height can be at most 3840.");
            alice.button("Make").click();
            assertThat(alice.page().locator("#prompt-problem")).not().isEmpty();
            assertThat(alice.page().getByText("multiples of 16")).hasCount(1);
            assertThat(alice.prompt()).isFocused();
            assertThat(alice.tiles()).hasCount(0);

            alice.field("Width").fill("1536");
            alice.field("Height").fill("1024");
            assertThat(alice.page().locator("#custom-problem")).isEmpty();
            assertThat(alice.field("Resolution")).hasValue("2K");
            assertThat(alice.page().getByText("2 credits · $0.01")).isVisible();
        }
    }

    @Test
    void out_of_credits_is_said_and_can_be_tried_again() {
        try (Visitor alice = visitors.visitor().as("poor")) {
            stack.apiDot()
                    .faults()
                    .add(new SubmitFault.Answers(Reply.of(402, Reply.Body.APIDOT), false), 1, "Too dear");
            alice.make("Too dear");
            assertThat(alice.page().locator("#other-problem")).containsText("credits");
            assertThat(alice.tiles()).hasCount(0);
            alice.button("Make").click();
            alice.sees("Too dear");
        }
    }

    @Test
    void a_failure_has_its_reason_and_one_click_tries_again() {
        stack.apiDot()
                .faults()
                .add(new TaskFault.Fails("failed", "The prompt violates our content policy"), 1, "A fight");
        visitors.ended("refused", "A fight");
        try (Visitor alice = visitors.visitor().as("refused")) {
            assertThat(alice.tile("A fight")).containsText("The prompt violates our content policy");
            alice.prompt().fill("Half written");
            alice.button("Try again").click();
            assertThat(alice.tiles()).hasCount(2);
            assertThat(alice.tiles().first()).hasAttribute("data-status", "finished");
            assertThat(alice.prompt()).hasValue("Half written");
        }
    }

    @Test
    void what_hangs_upstream_is_shown_as_under_way() {
        try (Visitor alice = visitors.visitor().as("patient")) {
            stack.apiDot().faults().add(new TaskFault.NeverEnds("running"), 1, "For ever");
            stack.apiDot().faults().add(new SubmitFault.Cuts(Fault.Moment.AFTER_ACCEPTING), 1, "Unknown");
            // Its webhook would say that it runs.
            stack.apiDot().faults().always(new WebhookFault.Drops(), "Unknown");
            alice.make("For ever");
            assertThat(alice.tile("For ever")).containsText(Pattern.compile("(Waiting|In progress) · 0:0"));
            alice.make("Unknown");
            assertThat(alice.tile("Unknown")).containsText("Waiting");
            alice.look("For ever");
            assertThat(alice.button("Delete")).isHidden();
        }
    }

    @Test
    void only_what_is_under_way_is_asked_for_and_seldom_while_nobody_looks() {
        stack.apiDot().faults().add(new TaskFault.NeverEnds("running"), 1, "Still being made");
        visitors.ended("watcher", "Made already");
        try (Visitor alice = visitors.fresh()) {
            Page page = alice.page();
            page.addInitScript("""
                const fetched = window.fetch
                window.asked = []
                window.times = []
                window.fetch = (url, ...rest) => {
                  if (url.includes("/status/")) {
                    window.asked.push(url)
                    window.times.push(Date.now())
                  }
                  return fetched(url, ...rest)
                }
                """);
            alice.as("watcher").sees("Made already");
            String made = alice.tile("Made already").getAttribute("data-task");
            alice.make("Still being made");
            page.waitForCondition(() -> (Boolean) page.evaluate("asked.length > 1"));
            assertThat((List<?>) page.evaluate("asked"))
                    .isNotEmpty()
                    .noneMatch(url -> url.toString().endsWith(made));

            page.clock().install();
            page.clock().pauseAt(System.currentTimeMillis() + 60_000);
            page.evaluate("Object.defineProperty(document, 'hidden', { value: true }); window.times = []");
            page.waitForCondition(() -> {
                page.clock().runFor(5_000);
                return (Boolean) page.evaluate("times.length > 2");
            });
            assertThat((Integer) page.evaluate("times[2] - times[1]")).isGreaterThanOrEqualTo(30_000);
        }
    }

    @Test
    void prompts_and_error_texts_are_text() {
        String attack = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'>&amp;{{settings}}";
        stack.apiDot().faults().add(new TaskFault.Fails("failed", "No: " + attack), 1, "svg onload");
        visitors.ended("<b>mallory</b>", "<svg onload=alert(3)> svg onload");
        try (Visitor mallory = visitors.visitor().as("<b>mallory</b>")) {
            mallory.make("First " + attack).sees("First <img");
            assertThat(mallory.tile("svg onload")).containsText("No: <img src=x onerror=alert(1)>");
            mallory.look("First <img");
            assertThat(mallory.viewer().locator("[data-part=prompt]")).hasText("First " + attack);
            assertThat(mallory.page().locator("main script, main b, #gallery svg, dialog script"))
                    .hasCount(0);
        }
    }

    @Test
    void an_expired_token_asks_for_another_and_loses_nothing() {
        visitors.ended("expired", "Before");
        try (Visitor alice = visitors.visitor().as("expired")) {
            alice.sees("Before");
            assertThat(alice.page().getByText("1 credit · $0.005")).isVisible();
            List<Route> late = new CopyOnWriteArrayList<>();
            alice.page().route("**/api/generate/quote", late::add);
            alice.prompt().fill("Half written");
            alice.field("Quality").selectOption("high");
            alice.page().waitForCondition(() -> !late.isEmpty());
            alice.page().route("**/api/generate/submit", Visitor::refuse);
            alice.button("Make").click();
            alice.field("Your name").fill("expi");
            // A second refusal must not clear what the user is typing.
            alice.page().waitForResponse("**/api/generate/quote", () -> Visitor.refuse(late.getLast()));
            alice.page().unrouteAll();
            alice.field("Your name").pressSequentially("red");
            alice.field("Your name").press("Enter");
            assertThat(alice.button("Sign out")).isVisible();
            assertThat(alice.prompt()).hasValue("Half written");
            alice.button("Make").click();
            alice.sees("Half written").sees("Before");
        }
    }

    @Test
    void a_question_to_one_user_is_not_put_to_the_next() {
        visitors.ended("asked", "To be deleted?");
        try (Visitor alice = visitors.visitor().as("asked")) {
            alice.field("Choose: To be deleted?").check();
            alice.page().locator("#chosen-delete").click();
            assertThat(alice.page().locator("#question")).isVisible();
            alice.page().route("**/api/generate/tasks?*", Visitor::refuse);
            alice.page().evaluate("dispatchEvent(new Event('online'))");
            assertThat(alice.field("Your name")).isVisible();
            alice.page().unrouteAll();
            alice.signInAs("not-asked");
            assertThat(alice.page().locator("#question")).isHidden();
        }
    }

    @Test
    void who_signs_out_leaves_nothing_behind() {
        try (Visitor alice = visitors.visitor().as("leaver")) {
            alice.make("A secret").sees("A secret");
            assertThat(alice.page().locator("#told")).containsText("A secret");
            Locator find = alice.page().getByRole(AriaRole.SEARCHBOX);
            find.fill("secret");
            alice.button("Sign out").click();
            alice.signInAs("next");
            assertThat(alice.tiles()).hasCount(0);
            assertThat(alice.prompt()).hasValue("");
            assertThat(alice.page().locator("#told")).isEmpty();
            assertThat(find).hasValue("");
            alice.make("Another").sees("Another");
        }
    }

    @Test
    void a_picture_that_could_not_be_loaded_comes_with_the_network() {
        visitors.ended("underground", "Above ground");
        try (Visitor alice = visitors.visitor()) {
            alice.page().route("**/" + stack.imagesBucket() + "/**", Route::abort);
            alice.page().route("**/api/generate/status/*", Route::abort);
            alice.as("underground");
            assertThat(alice.tile("Above ground")).containsText("The picture could not be loaded.");
            alice.page().unrouteAll();
            alice.page().evaluate("dispatchEvent(new Event('online'))");
            alice.sees("Above ground");
            assertThat(alice.button("Try again")).isHidden();
        }
    }

    @Test
    void a_picture_that_the_bucket_does_not_give_is_tried_again_by_a_click() {
        visitors.ended("denied", "Behind a door");
        try (Visitor alice = visitors.visitor()) {
            alice.page().route("**/" + stack.imagesBucket() + "/**", Route::abort);
            alice.as("denied");
            assertThat(alice.tile("Behind a door")).containsText("The picture could not be loaded.");
            alice.look("Behind a door");
            assertThat(alice.page().getByText("The picture could not be loaded. Close it, then try again."))
                    .isVisible();
            alice.page().keyboard().press("Escape");
            alice.page().unrouteAll();
            alice.button("Try again").click();
            alice.sees("Behind a door");
            assertThat(alice.tiles()).hasCount(1);
        }
    }

    @Test
    void a_callback_says_what_came_of_it_and_is_sent_again() {
        stack.apiDot().receiver().answer("page", ReceiverAnswer.status(503, 0));
        try (Visitor alice = visitors.visitor().as("called")) {
            String body = """
                {"model": "gpt-image-2", "callback_url": "%s", "input": {"prompt": "Told elsewhere"}}
                """.formatted(stack.apiDot().receiverUrl("page"));
            assertThat(alice.page()
                            .request()
                            .post(
                                    stack.apiUrl()
                                            .resolve("/api/generate/submit")
                                            .toString(),
                                    RequestOptions.create()
                                            .setHeader("Authorization", "Bearer called")
                                            .setHeader("Content-Type", "application/json")
                                            .setData(body))
                            .ok())
                    .isTrue();
            alice.page().reload();
            alice.look("Told elsewhere");
            Locator callback = alice.viewer().locator("[data-part=callback]");
            assertThat(callback)
                    .containsText(Pattern.compile("Not delivered yet; 1 attempt, the last one .*: 503; next one "));

            stack.apiDot().receiver().answer("page", ReceiverAnswer.OK);
            alice.button("Send again").click();
            assertThat(callback).containsText(Pattern.compile("Delivered; 1 attempt, the last one .*: 200\\."));
            assertThat(stack.apiDot().receiver().received("page")).isEqualTo(2);
        }
    }

    @Test
    void a_picture_has_a_preview_which_the_gallery_shows() {
        visitors.ended("previewer", "Seen small");
        String previews = "previews/images/" + new UserId("previewer").keySegment() + "/";
        await().until(() -> stack.s3()
                        .listObjectsV2(list -> list.bucket(stack.imagesBucket()).prefix(previews))
                        .keyCount()
                == 1);
        try (Visitor alice = visitors.visitor().as("previewer").sees("Seen small")) {
            assertThat(alice.tile("Seen small").locator("img"))
                    .hasAttribute("src", Pattern.compile("/" + previews + ".*\\.jpg"));
            assertThat(alice.tile("Seen small").locator("img")).hasJSProperty("naturalWidth", 512);
        }
    }

    @Test
    void pictures_are_found_by_the_words_of_their_prompts() {
        visitors.ended("seeker", "A red café at night", "A blue door");
        try (Visitor alice = visitors.visitor().as("seeker")) {
            Locator find = alice.page().getByRole(AriaRole.SEARCHBOX);
            find.fill("NIGHT cafe");
            assertThat(alice.tiles()).hasCount(1);
            find.fill("nothing of that kind");
            assertThat(alice.page().getByText("No prompt contains these words."))
                    .isVisible();
            find.press("Escape");
            assertThat(alice.tiles()).hasCount(2);
        }
    }

    @Test
    void several_are_downloaded_as_one_archive() throws Exception {
        visitors.ended("collector", "First of two", "Second of two");
        try (Visitor alice = visitors.visitor().as("collector")) {
            alice.field("Choose: First of two").check();
            alice.field("Choose: Second of two").check();
            Download download = alice.page()
                    .waitForDownload(
                            () -> alice.page().locator("#chosen-download").click());
            List<String> names = new ArrayList<>();
            // Unlike ZipFile, this stream checks the CRC of each entry.
            try (ZipInputStream archive = new ZipInputStream(Files.newInputStream(download.path()))) {
                for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                    assertThat(archive.readAllBytes()).hasSizeGreaterThan(1000);
                    names.add(entry.getName());
                }
            }
            assertThat(names)
                    .hasSize(2)
                    .anyMatch(name -> name.matches("First-of-two-.{6}\\.(png|jpg|webp)"))
                    .anyMatch(name -> name.startsWith("Second-of-two-"));
        }
    }

    @Test
    void what_is_deleted_is_gone_after_a_question() {
        visitors.ended("deleter", "To keep", "To delete", "To delete too");
        try (Visitor alice = visitors.visitor().as("deleter")) {
            alice.look("To delete too").button("Delete").click();
            alice.button("Keep").click();
            assertThat(alice.viewer()).isVisible();
            alice.viewer()
                    .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete"))
                    .click();
            alice.page().locator("#question [value=yes]").click();
            alice.page().keyboard().press("Escape");
            assertThat(alice.tiles()).hasCount(2);

            alice.field("Choose: To delete").check();
            alice.page().locator("#chosen-delete").click();
            alice.page().locator("#question [value=yes]").click();
            assertThat(alice.tiles()).hasCount(1);
            alice.page().reload();
            alice.sees("To keep");
            assertThat(alice.tiles()).hasCount(1);
        }
    }
}
