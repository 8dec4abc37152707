package dev.darkroom.quote;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.priming.Events;
import dev.darkroom.priming.Rehearsal;
import dev.darkroom.priming.Scene;
import java.util.List;
import java.util.Map;

/** A good request, one with a custom size, a bad one, and one that is no JSON. */
final class QuoteRehearsal implements Rehearsal {
    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new QuoteHandler(environment, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
        return List.of(
                Scene.of(request("""
                    {"model":"gpt-image-2","input":{"prompt":"A lighthouse at dawn","quality":"high",\
                    "size":"16:9","resolution":"2K"}}\
                    """), "\"statusCode\":200"),
                Scene.of(request("""
                    {"model":"gpt-image-2-edit","callback_url":"https://client.example.com/hook",\
                    "input":{"prompt":"A lighthouse at dawn","size":"1536x1024","resolution":"2K",\
                    "image_urls":["https://images.example.com/a.png"]}}\
                    """), "\"statusCode\":200"),
                Scene.of(
                        request("{\"model\":\"other\",\"input\":{\"size\":\"huge\",\"promt\":1}}"),
                        "\"statusCode\":400"),
                Scene.of(request("no JSON"), "\"statusCode\":400"));
    }

    private static Json.Obj request(String body) {
        return Events.request(Map.of(), Map.of(), body);
    }
}
