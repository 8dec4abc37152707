package dev.darkroom.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import dev.darkroom.local.LocalStack;
import dev.darkroom.testing.LocalStackExtension;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Uploading, ordering and editing the user's own pictures. */
@NeedsChromium
@Order(1)
class EditTest {
    private static final int MAX_UPLOAD_BYTES = 200_000;

    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with("FIRST_POLL_SECONDS", "1")
            .and("MAX_POLL_SECONDS", "1")
            .and("MAX_UPLOAD_BYTES", "" + MAX_UPLOAD_BYTES);

    private static LocalStack stack;
    private static Visitors visitors;

    @BeforeAll
    static void start(LocalStack started, Visitors given) {
        stack = started;
        visitors = given;
    }

    private static FilePayload png(String name, Color colour) throws IOException {
        BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(colour);
        pen.fillRect(0, 0, 300, 200);
        pen.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return new FilePayload(name, "image/png", file.toByteArray());
    }

    /** Returns a picture of noise, which no image format can compress. */
    private static FilePayload large() throws IOException {
        Random noise = new Random(7);
        BufferedImage image = new BufferedImage(1200, 900, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 1200, 900, noise.ints(1200 * 900).toArray(), 0, 1200);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", file);
        byte[] bytes = file.toByteArray();
        assertThat(bytes.length).isGreaterThan(MAX_UPLOAD_BYTES);
        return new FilePayload("photo.jpg", "image/jpeg", bytes);
    }

    private static Visitor adds(Visitor visitor, FilePayload... files) {
        visitor.page().locator("#files").setInputFiles(files);
        return visitor;
    }

    private static Locator sources(Visitor visitor) {
        return visitor.page().locator("#sources > li");
    }

    /** Waits until the picture of every source is shown, not only its placeholder. */
    private static void seesEach(Visitor visitor) {
        visitor.page().waitForCondition(() -> (Boolean) visitor.page().evaluate("""
            [...document.querySelectorAll("#sources > li")].every(source =>
              source.querySelector("img").naturalWidth > 0 && !source.classList.contains("unseen"))
            """));
    }

    private static List<S3Object> uploads() {
        return stack.s3()
                .listObjectsV2(list -> list.bucket(stack.imagesBucket()).prefix("uploads/"))
                .contents();
    }

    @Test
    void own_pictures_are_uploaded_put_in_order_and_edited() throws Exception {
        try (Visitor alice = visitors.visitor().as("editor")) {
            adds(alice, png("red.png", Color.RED), png("blue.png", Color.BLUE));
            assertThat(alice.page().locator("#sources > [data-state=ready]")).hasCount(2);
            assertThat(sources(alice).nth(0).locator("img")).hasAttribute("alt", "image 1: red.png");
            alice.button("Move image 2 to the front").click();
            assertThat(sources(alice).nth(0).locator("img")).hasAttribute("alt", "image 1: blue.png");

            alice.prompt().fill("Put image 1 beside image 2");
            alice.button("Edit").click();
            alice.sees("Put image 1 beside image 2").look("Put image 1 beside image 2");
            assertThat(alice.viewer()).containsText("gpt-image-2-edit");
            assertThat(alice.viewer().locator("[data-part=made-from] li")).hasCount(2);

            alice.page().reload();
            assertThat(sources(alice)).hasCount(2);
            seesEach(alice);
        }
    }

    @Test
    void any_picture_can_be_edited_and_made_again() {
        visitors.ended("again", "A field of poppies");
        try (Visitor alice = visitors.visitor().as("again")) {
            alice.look("A field of poppies");
            alice.button("Edit this").click();
            assertThat(alice.page().locator("#sources > [data-state=ready]")).hasCount(1);
            alice.prompt().fill("The same at night");
            alice.button("Edit").click();
            alice.sees("The same at night").look("The same at night");
            alice.button("Again").click();
            assertThat(alice.prompt()).hasValue("The same at night");
            assertThat(sources(alice)).hasCount(1);
            alice.page().reload();
            assertThat(alice.prompt()).hasValue("The same at night");
            assertThat(sources(alice)).hasCount(1);
            assertThat(alice.button("Edit")).isVisible();
            seesEach(alice);
        }
    }

    @Test
    void a_photo_over_the_limit_is_scaled_down_in_the_browser() throws Exception {
        try (Visitor alice = visitors.visitor().as("photographer")) {
            List<S3Object> before = uploads();
            adds(alice, large());
            assertThat(alice.page().locator("#sources > [data-state=ready]")).hasCount(1);
            S3Object upload = uploads().stream()
                    .filter(object ->
                            before.stream().noneMatch(known -> known.key().equals(object.key())))
                    .findFirst()
                    .orElseThrow();
            assertThat(upload.size()).isLessThanOrEqualTo(MAX_UPLOAD_BYTES);
            byte[] bytes = stack.s3()
                    .getObjectAsBytes(get -> get.bucket(stack.imagesBucket()).key(upload.key()))
                    .asByteArray();
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
            assertThat((double) image.getWidth() / image.getHeight())
                    .isCloseTo(4.0 / 3, org.assertj.core.data.Offset.offset(0.02));
        }
    }

    @Test
    void what_the_browser_cannot_read_is_told_with_what_to_do() {
        try (Visitor alice = visitors.visitor().as("iphone")) {
            byte[] heic = "\0\0\0\u0018ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1);
            adds(
                    alice,
                    new FilePayload("IMG_1.HEIC", "image/heic", heic),
                    new FilePayload("notes.png", "image/png", "no picture".getBytes(StandardCharsets.UTF_8)));
            assertThat(sources(alice).nth(0)).containsText("Export the photo as JPEG");
            assertThat(sources(alice).nth(1)).containsText("cannot read the file as a picture");
            alice.prompt().fill("Without them");
            alice.button("Edit").click();
            assertThat(alice.page().getByText("Remove the pictures that have an error."))
                    .isVisible();
            alice.button("Remove image 1").click();
            alice.button("Remove image 1").click();
            assertThat(sources(alice)).hasCount(0);
        }
    }

    @Test
    void a_cancelled_upload_asks_for_no_picture_without_it() throws Exception {
        try (Visitor alice = visitors.visitor().as("doubtful")) {
            // The upload never arrives.
            alice.page().route("**/uploads/**", route -> {
                if (!route.request().method().equals("PUT")) {
                    route.resume();
                }
            });
            adds(alice, png("yellow.png", Color.YELLOW));
            assertThat(alice.page().getByText("1 credit · $0.005")).isVisible();
            alice.button("Edit").click();
            assertThat(alice.page().getByText("Describe the picture first.")).isVisible();
            alice.prompt().fill("Only as an edit");
            alice.button("Edit").click();
            assertThat(alice.button("Uploading…")).isVisible();
            alice.button("Cancel the upload of image 1").click();
            assertThat(alice.button("Make")).hasAttribute("aria-disabled", "false");
            assertThat(alice.fetched()).noneMatch(request -> request.endsWith("/submit"));
        }
    }

    @Test
    void an_upload_that_stalls_is_told() throws Exception {
        FilePayload yellow = png("yellow.png", Color.YELLOW);
        try (Visitor alice = visitors.fresh()) {
            alice.page().clock().install();
            alice.as("far-away");
            alice.page().route("**/" + stack.imagesBucket() + "/**", route -> {});
            alice.page().waitForRequest("**/" + stack.imagesBucket() + "/**", () -> adds(alice, yellow));
            alice.page().clock().fastForward(61_000);
            assertThat(sources(alice)).containsText("The upload stopped. Add the picture again.");
        }
    }

    @Test
    void a_pasted_picture_is_added_and_text_with_its_picture_is_text() throws Exception {
        try (Visitor alice = visitors.visitor().as("paster")) {
            String paste = """
                (target, text) => {
                  const clipboardData = new DataTransfer()
                  clipboardData.items.add(new File(["no picture"], "pasted.png", { type: "image/png" }))
                  if (text) clipboardData.items.add("words", "text/plain")
                  target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
                }
                """;
            alice.prompt().evaluate(paste, true);
            assertThat(sources(alice)).hasCount(0);
            alice.prompt().evaluate(paste, false);
            assertThat(sources(alice)).hasCount(1);
        }
    }

    @Test
    void a_dropped_picture_is_added() {
        try (Visitor alice = visitors.visitor().as("dropper")) {
            alice.page().evaluate("""
                () => {
                  const dataTransfer = new DataTransfer()
                  dataTransfer.items.add(new File(["no picture"], "dropped.png", { type: "image/png" }))
                  const drag = kind => new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true })
                  document.body.dispatchEvent(drag("dragover"))
                  document.body.dispatchEvent(drag("drop"))
                }
                """);
            assertThat(sources(alice)).hasCount(1);
            assertThat(sources(alice).locator("img")).hasAttribute("alt", "image 1: dropped.png");
        }
    }

    @Test
    void a_removed_upload_is_deleted() throws Exception {
        try (Visitor alice = visitors.visitor().as("tidy")) {
            List<S3Object> before = uploads();
            adds(alice, png("green.png", Color.GREEN));
            assertThat(alice.page().locator("#sources > [data-state=ready]")).hasCount(1);
            assertThat(uploads()).hasSize(before.size() + 1);
            alice.page()
                    .waitForResponse(
                            "**/api/generate/uploads/*",
                            () -> alice.button("Remove image 1").click());
            assertThat(uploads()).hasSameSizeAs(before);
        }
    }

    /** Returns the request, on its way to Darkroom, for an edit of one upload. */
    private static Route edits(Visitor visitor, String prompt) throws IOException {
        List<Route> sent = new CopyOnWriteArrayList<>();
        visitor.page().route("**/api/generate/submit", sent::add);
        adds(visitor, png("pink.png", Color.PINK));
        assertThat(visitor.page().locator("#sources > [data-state=ready]")).hasCount(1);
        visitor.prompt().fill(prompt);
        visitor.button("Edit").click();
        visitor.page().waitForCondition(() -> !sent.isEmpty());
        return sent.getFirst();
    }

    private static void deletesNothing(Visitor visitor) {
        assertThat(visitor.fetched()).noneMatch(request -> request.startsWith("DELETE "));
    }

    @Test
    void an_upload_stays_when_it_is_removed_while_its_request_is_sent() throws Exception {
        try (Visitor alice = visitors.visitor().as("hurried")) {
            Route request = edits(alice, "Removed too late");
            alice.button("Remove image 1").click();
            assertThat(sources(alice)).hasCount(0);
            request.resume();
            alice.sees("Removed too late");
            deletesNothing(alice);
        }
    }

    @Test
    void an_upload_stays_when_its_user_signs_out_while_its_request_is_sent() throws Exception {
        try (Visitor alice = visitors.visitor().as("on-the-go")) {
            edits(alice, "Left too early").fetch();
            alice.button("Sign out").click();
            alice.signInAs("on-the-go").sees("Left too early");
            deletesNothing(alice);
        }
    }
}
