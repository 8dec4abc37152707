package dev.darkroom.request;

import dev.darkroom.json.Json;
import dev.darkroom.net.TrustedHosts;
import java.util.List;
import org.assertj.core.api.Assertions;

final class Requests {
    static final int MAX_PROMPT_LENGTH = 32_000;

    private static final RequestParser PARSER = new RequestParser(MAX_PROMPT_LENGTH, TrustedHosts.none());

    private Requests() {}

    static Parsed<ImageRequest> parse(String body) {
        return PARSER.parse(body);
    }

    static ImageRequest valid(String body) {
        return switch (parse(body)) {
            case Parsed.Valid<ImageRequest>(ImageRequest request) -> request;
            case Parsed.Invalid<ImageRequest>(List<Problem> problems) -> Assertions.fail("refused: " + problems);
        };
    }

    static List<Problem> problems(String body) {
        return switch (parse(body)) {
            case Parsed.Valid<ImageRequest> _ -> List.of();
            case Parsed.Invalid<ImageRequest>(List<Problem> problems) -> problems;
        };
    }

    /** Returns a body with these values. Empty values are left out, and the edit model gets an image. */
    static String body(String model, String quality, String size, String resolution) {
        Json.Builder input = Json.object().put("prompt", "a red door");
        if (!quality.isEmpty()) {
            input.put("quality", quality);
        }
        if (!size.isEmpty()) {
            input.put("size", size);
        }
        if (!resolution.isEmpty()) {
            input.put("resolution", resolution);
        }
        if (model.equals("gpt-image-2-edit")) {
            input.put("image_urls", Json.array(List.of(Json.of("https://example.com/door.png"))));
        }
        return Json.object()
                .put("model", model)
                .put("input", input.build())
                .build()
                .text();
    }
}
