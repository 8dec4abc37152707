package dev.darkroom.page;

import dev.darkroom.config.Environment;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpFunction;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.log.Log;
import dev.darkroom.page.PageFiles.PageFile;
import dev.darkroom.snapshot.Rehearsal;
import dev.darkroom.snapshot.Scene;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code GET /} and {@code GET /page/{version}/{file}}: the page and its files. */
public final class PageHandler extends HttpFunction {
    private static final ApiError NO_FILE = ApiError.of(ApiError.Type.NOT_FOUND, "There is no such file.");

    private final Supplier<PageFiles> files;
    private final PageSettings settings;

    /** On Lambda. The files are read once and are part of the snapshot. */
    public PageHandler() {
        Environment environment = Environment.ofProcess();
        PageFiles files = PageFiles.in(folder(environment));
        PageSettings settings = PageSettings.of(environment);
        this(() -> files, settings, Log.toStandardOutput());
        // Files and settings have no secret, so the rehearsal uses the real ones. It calls nobody.
        Rehearsal.beforeSnapshot(
                (_, log) -> new PageHandler(() -> files, settings, log),
                _ -> List.of(
                        Scene.request("GET /", Map.of(), null),
                        Scene.request(
                                "GET /page/{version}/{file}",
                                Map.of("version", files.version(), "file", "app.js"),
                                null)),
                _ -> {});
    }

    PageHandler(Supplier<PageFiles> files, PageSettings settings, Log log) {
        super(log);
        this.files = files;
        this.settings = settings;
    }

    /** In the local stack. Every request reads the files, so that an edited file needs no restart. */
    public static PageHandler of(Environment environment, Log log) {
        return new PageHandler(() -> PageFiles.in(folder(environment)), PageSettings.of(environment), log);
    }

    private static Path folder(Environment environment) {
        return Path.of(environment.required("LAMBDA_TASK_ROOT"), "page");
    }

    @Override
    protected HttpAnswer answer(HttpRequest request) {
        PageFiles current = files.get();
        String name = request.path().get("file");
        if (name == null) {
            return answer(
                    current.index(settings.json()),
                    Map.of(
                            "cache-control", "no-cache",
                            "content-security-policy", settings.contentSecurityPolicy(),
                            "cross-origin-opener-policy", "same-origin",
                            "referrer-policy", "no-referrer"));
        }
        // A request for another version must not get this file, because the browser would keep it for ever.
        return current.file(name)
                .filter(_ -> current.version().equals(request.path().get("version")))
                .map(file -> answer(file, Map.of("cache-control", "public, max-age=31536000, immutable")))
                .orElseGet(() -> Answers.error(NO_FILE));
    }

    private static HttpAnswer answer(PageFile file, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("content-type", file.type());
        all.put("x-content-type-options", "nosniff");
        return new HttpAnswer(200, all, file.text());
    }
}
