package dev.darkroom.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ReducedMotion;
import dev.darkroom.endtoend.ApiDotProgram;
import dev.darkroom.json.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One browser for the tests of a class. They stay apart, because each visitor has its own profile and user name.
 */
final class Visitors implements AutoCloseable {
    /** Shortens the page's polling interval of 1.5 seconds, because the simulated APIDot is faster than that. */
    private static final String POLLS_SOON = """
        const timeout = window.setTimeout
        window.setTimeout = (act, wait, ...rest) => timeout(act, wait > 1000 && wait <= 1500 ? 150 : wait, ...rest)
        """;

    private final Playwright playwright;
    private final Browser browser;
    private final URI page;
    private final Deque<Visitor.Tab> free;

    Visitors(URI page) {
        this.page = page;
        this.free = new ArrayDeque<>();
        // Keeps Playwright from downloading its own browser.
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(NeedsChromium.Found.place().orElseThrow())
                        // Chromium refuses its sandbox to root. The page under test is our own.
                        .setArgs(List.of("--no-sandbox")));
    }

    private Visitors(Playwright playwright, Browser browser, URI page, Deque<Visitor.Tab> free) {
        this.playwright = playwright;
        this.browser = browser;
        this.page = page;
        this.free = free;
    }

    /** Returns the same browser for the page of another stack. */
    Visitors of(URI other) {
        return new Visitors(playwright, browser, other, free);
    }

    /** Returns a visitor in a tab that earlier ones may have used. They left nothing but the browser's cache. A new tab is slow. */
    Visitor visitor() {
        Visitor.Tab tab = free.poll();
        return new Visitor(tab == null ? tab(options -> options) : tab, page, this::clean);
    }

    /** Returns a visitor in a new profile, for a test that changes the browser or needs an empty cache. */
    Visitor fresh() {
        return visitor(options -> options);
    }

    Visitor visitor(UnaryOperator<NewContextOptions> options) {
        return new Visitor(tab(options), page, tab -> tab.profile().close());
    }

    private Visitor.Tab tab(UnaryOperator<NewContextOptions> options) {
        // Animations are off: each frame costs CPU time and makes the tests slower.
        NewContextOptions calm =
                new NewContextOptions().setViewportSize(1280, 860).setReducedMotion(ReducedMotion.REDUCE);
        BrowserContext profile = browser.newContext(options.apply(calm));
        profile.addInitScript(POLLS_SOON);
        return new Visitor.Tab(profile, profile.newPage());
    }

    private void clean(Visitor.Tab tab) {
        try {
            tab.page().unrouteAll();
            tab.page().evaluate("localStorage.clear(); sessionStorage.clear()");
            tab.page().navigate("about:blank");
            free.push(tab);
        } catch (PlaywrightException e) {
            tab.profile().close();
        }
    }

    /** Waits until these tasks of the user have ended. Faster than watching the page, which polls at its own pace. */
    void ended(String user, String... prompts) {
        // The page encodes user names in the same way.
        String token = URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
        ApiDotProgram program = new ApiDotProgram(page.toString(), token);
        Arrays.stream(prompts)
                .map(prompt -> submitted(program, prompt))
                .toList()
                .forEach(program::ended);
    }

    private static String submitted(ApiDotProgram program, String prompt) {
        try {
            return program.submit(Json.object()
                    .put("model", "gpt-image-2")
                    .put("input", Json.object().put("prompt", prompt).build())
                    .build());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
