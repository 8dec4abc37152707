package dev.darkroom.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A browser; each visitor has a profile of its own. */
final class Visitors implements AutoCloseable {
    private final Playwright playwright;
    private final Browser browser;
    private final URI page;

    Visitors(URI page) {
        this.page = page;
        // Playwright would download a browser of its own.
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(NeedsChromium.Found.place().orElseThrow())
                        // As root there is no sandbox; what is shown here is our own.
                        .setArgs(List.of("--no-sandbox")));
    }

    private Visitors(Playwright playwright, Browser browser, URI page) {
        this.playwright = playwright;
        this.browser = browser;
        this.page = page;
    }

    /** The same browser for another stack's page. */
    Visitors of(URI other) {
        return new Visitors(playwright, browser, other);
    }

    Visitor visitor() {
        return visitor(options -> options);
    }

    Visitor visitor(UnaryOperator<NewContextOptions> options) {
        return new Visitor(browser.newContext(options.apply(new NewContextOptions().setViewportSize(1280, 860))), page);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
