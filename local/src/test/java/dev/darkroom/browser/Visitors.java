package dev.darkroom.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A browser; each visitor has a profile of its own. */
final class Visitors implements AutoCloseable {
    /** The page looks at a new task every 1.5 seconds. The simulated APIDot is quicker, so the tests would wait for that only. */
    private static final String POLLS_SOON = """
        const timeout = window.setTimeout
        window.setTimeout = (act, wait, ...rest) => timeout(act, wait > 1000 && wait <= 1500 ? 150 : wait, ...rest)
        """;

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
        // Without motion, since each frame costs CPU time that the tests wait for.
        NewContextOptions calm =
                new NewContextOptions().setViewportSize(1280, 860).setReducedMotion(ReducedMotion.REDUCE);
        BrowserContext context = browser.newContext(options.apply(calm));
        context.addInitScript(POLLS_SOON);
        return new Visitor(context, page);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
