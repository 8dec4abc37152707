package dev.darkroom.request;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request for one image, as its author wrote it. A missing field is null, not a default, so that upstream's own defaults apply.
 * The constructor takes what {@link RequestParser} has checked.
 *
 * @param sources the images to edit, in order; empty for a model that takes none
 * @param callbackUrl Darkroom calls it at the task's end; it is never sent upstream
 */
public record ImageRequest(
        Model model,
        String prompt,
        @Nullable Quality quality,
        @Nullable Size size,
        @Nullable Resolution resolution,
        List<Source> sources,
        @Nullable String callbackUrl) {

    public ImageRequest {
        sources = List.copyOf(sources);
    }

    /** What this request costs when it succeeds. */
    public Price price() {
        return Price.of(quality, size, resolution);
    }

    /**
     * The body of the submit to APIDot, fields in its README's order.
     *
     * @param imageUrls where APIDot can fetch the sources, in their order
     * @param ourCallbackUrl null if APIDot gets none
     */
    public Json.Obj upstreamBody(List<String> imageUrls, @Nullable String ourCallbackUrl) {
        Json.Builder input = Json.object().put("prompt", prompt);
        put(input, "quality", quality == null ? null : quality.text());
        put(input, "size", size == null ? null : size.text());
        put(input, "resolution", resolution == null ? null : resolution.text());
        if (!imageUrls.isEmpty()) {
            input.put("image_urls", Json.array(imageUrls.stream().map(Json::of).toList()));
        }
        Json.Builder body = Json.object().put("model", model.text());
        put(body, "callback_url", ourCallbackUrl);
        return body.put("input", input.build()).build();
    }

    /**
     * Everything except the callback URL, with the sources as the client named them. Equal requests give equal text, however they
     * were written.
     */
    public Json.Obj canonical() {
        return upstreamBody(sources.stream().map(Source::text).toList(), null);
    }

    /** The prompt of the text that {@link #canonical} wrote, even if the rules have changed since then. */
    public static String promptOf(String text) {
        return Objects.requireNonNull(inputOf(text).string("prompt"));
    }

    /** The {@code input} of the same text. */
    public static Json.Obj inputOf(String text) {
        try {
            return Objects.requireNonNull(((Json.Obj) Json.parse(text)).object("input"));
        } catch (JsonException e) {
            throw new IllegalStateException("not the canonical text of a request", e);
        }
    }

    private static void put(Json.Builder object, String name, @Nullable String value) {
        if (value != null) {
            object.put(name, value);
        }
    }

    /** Names only the model, because the prompt and the URLs are private. */
    @Override
    public String toString() {
        return "ImageRequest[" + model.text() + "]";
    }
}
