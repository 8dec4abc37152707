package dev.darkroom.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Somebody who uses the page. What their browser complains of fails the test that closes them. */
final class Visitor implements AutoCloseable {
    private static final double PATIENCE = 30_000;

    static {
        // Playwright's own five seconds are short on a machine that builds at the same time.
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
    }

    private final BrowserContext context;
    private final URI address;
    private final Page page;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> fetched = new CopyOnWriteArrayList<>();
    private final AtomicBoolean networkChanged = new AtomicBoolean();

    Visitor(BrowserContext context, URI address) {
        this.context = context;
        this.address = address;
        context.setDefaultTimeout(PATIENCE);
        page = context.newPage();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            // Said of every answer with an error status; what the page makes of those is what the tests look at.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                complaints.add(message.text());
            }
        });
        context.onRequest(request -> note(request));
        context.onRequestFailed(request -> {
            if (request.failure().contains("ERR_NETWORK_CHANGED")) {
                networkChanged.set(true);
            }
        });
    }

    private void note(Request request) {
        fetched.add(request.method() + " " + request.url());
    }

    Page page() {
        return page;
    }

    /** Method and URL of what was asked for over the network so far, what the cache answered included. */
    List<String> fetched() {
        return fetched;
    }

    Visitor open() {
        return open("/");
    }

    /** Chromium drops its requests when a network comes or goes on this machine, such as a container's; then it is asked again. */
    Visitor open(String path) {
        do {
            networkChanged.set(false);
            page.navigate(address.resolve(path).toString());
            page.waitForCondition(() -> networkChanged.get() || isReady());
        } while (!isReady());
        return this;
    }

    private boolean isReady() {
        return page.locator("#sign-in[open], #account:not([hidden])").count() > 0;
    }

    /** What the gateway says to a token that has ended. */
    static void refuse(Route route) {
        route.fulfill(new Route.FulfillOptions()
                .setStatus(401)
                .setContentType("application/json")
                .setBody("{\"message\":\"Unauthorized\"}"));
    }

    /** Opens the page and begins as this user. */
    Visitor as(String name) {
        open();
        return signInAs(name);
    }

    Visitor signInAs(String name) {
        field("Your name").fill(name);
        field("Your name").press("Enter");
        assertThat(button("Sign out")).isVisible();
        return this;
    }

    Locator prompt() {
        return page.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Prompt"));
    }

    /** The field with this label that is shown now. */
    Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true))
                .filter(new Locator.FilterOptions().setVisible(true));
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Asks for a picture of this. */
    Visitor make(String prompt) {
        prompt().fill(prompt);
        button("Make").click();
        return this;
    }

    Locator tiles() {
        return page.locator("#gallery > li:visible");
    }

    /** The tile whose prompt has these words. */
    Locator tile(String words) {
        return tiles().filter(new Locator.FilterOptions().setHasText(words));
    }

    /** Waits until the picture of this prompt is on the page, and not only its element. */
    Visitor sees(String words) {
        Locator picture = tile(words).locator("img");
        assertThat(picture).isVisible();
        page.waitForCondition(() -> (Boolean) picture.evaluate("image => image.complete && image.naturalWidth > 0"));
        return this;
    }

    Visitor look(String words) {
        tile(words).locator("a").click();
        assertThat(viewer()).isVisible();
        return this;
    }

    Locator viewer() {
        return page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName("Picture"));
    }

    /** A picture's colour in its middle, as red, green and blue. */
    static List<?> middle(Locator picture) {
        return (List<?>) picture.evaluate("""
            async image => {
              await image.decode()
              const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight)
              const pen = canvas.getContext("2d")
              pen.drawImage(image, 0, 0)
              return [...pen.getImageData(image.naturalWidth / 2, image.naturalHeight / 2, 1, 1).data].slice(0, 3)
            }
            """);
    }

    List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() {
        context.close();
        if (!complaints.isEmpty()) {
            throw new AssertionError("the browser complained: " + complaints);
        }
    }
}
