package dev.darkroom.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
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
import java.util.function.Consumer;

/** A user of the page in a browser. A script error or a console error makes {@code close} fail the test. */
final class Visitor implements AutoCloseable {
    private static final double PATIENCE = 30_000;

    static {
        // Playwright's default of five seconds is too short on a machine that builds at the same time.
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
    }

    /** A tab of a profile of its own. */
    record Tab(BrowserContext profile, Page page) {}

    private final Tab tab;
    private final URI address;
    private final Consumer<Tab> after;
    private final Page page;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> fetched = new CopyOnWriteArrayList<>();
    private final AtomicBoolean networkChanged = new AtomicBoolean();
    private final Consumer<String> onError = complaints::add;
    private final Consumer<ConsoleMessage> onMessage = this::listen;
    private final Consumer<Request> onRequest = this::note;
    private final Consumer<Request> onFailure = this::noteFailure;

    /** @param after gets the tab when the visit is over */
    Visitor(Tab tab, URI address, Consumer<Tab> after) {
        this.tab = tab;
        this.address = address;
        this.after = after;
        page = tab.page();
        tab.profile().setDefaultTimeout(PATIENCE);
        page.onPageError(onError);
        page.onConsoleMessage(onMessage);
        tab.profile().onRequest(onRequest);
        tab.profile().onRequestFailed(onFailure);
    }

    private void listen(ConsoleMessage message) {
        // Chromium logs this for every error status. The tests check how the page handles those.
        if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
            complaints.add(message.text());
        }
    }

    private void noteFailure(Request request) {
        if (request.failure().contains("ERR_NETWORK_CHANGED")) {
            networkChanged.set(true);
        }
    }

    private void note(Request request) {
        fetched.add(request.method() + " " + request.url());
    }

    Page page() {
        return page;
    }

    /** Returns method and URL of every request so far, including those that the cache answered. */
    List<String> fetched() {
        return fetched;
    }

    Visitor open() {
        return open("/");
    }

    /**
     * Opens the page. Retries when Chromium aborts its requests because a network interface appeared or went away, such as a container's.
     */
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

    /** Answers as the gateway answers an expired token. */
    static void refuse(Route route) {
        route.fulfill(new Route.FulfillOptions()
                .setStatus(401)
                .setContentType("application/json")
                .setBody("{\"message\":\"Unauthorized\"}"));
    }

    /** Opens the page and enters this user name. */
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

    /** Returns the visible field with this label. */
    Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true))
                .filter(new Locator.FilterOptions().setVisible(true));
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Visitor make(String prompt) {
        prompt().fill(prompt);
        button("Make").click();
        return this;
    }

    Locator tiles() {
        return page.locator("#gallery > li:visible");
    }

    /** Returns the tile whose prompt contains these words. */
    Locator tile(String words) {
        return tiles().filter(new Locator.FilterOptions().setHasText(words));
    }

    /** Waits until the picture of this prompt is loaded, not only until its element exists. */
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

    /** Returns the colour at the picture's centre as red, green and blue. */
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
        page.offPageError(onError);
        page.offConsoleMessage(onMessage);
        tab.profile().offRequest(onRequest);
        tab.profile().offRequestFailed(onFailure);
        after.accept(tab);
        if (!complaints.isEmpty()) {
            throw new AssertionError("the browser complained: " + complaints);
        }
    }
}
