package dev.darkroom.page;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.priming.Events;
import dev.darkroom.priming.Rehearsal;
import dev.darkroom.priming.Scene;
import java.util.List;
import java.util.Map;

/** The page, a file of it, and what is not there. Its files and settings hold no secret, so they are the real ones. */
record PageRehearsal(PageFiles files, PageSettings settings) implements Rehearsal {
    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new PageHandler(() -> files, settings, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
        return List.of(
                Scene.of(request(Map.of()), "\"statusCode\":200"),
                Scene.of(request(Map.of("version", files.version(), "file", "app.js")), "\"statusCode\":200"),
                Scene.of(request(Map.of("version", "another", "file", "app.js")), "\"statusCode\":404"));
    }

    private static Json.Obj request(Map<String, String> path) {
        return Events.request(path, Map.of(), null);
    }
}
