package dev.darkroom.lambda;

import dev.darkroom.request.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The body of a request as text, or the reason why there is none. */
public sealed interface RequestBody {
    /** The largest body of a client, in bytes. A prompt of the maximum length fits, however it is escaped. */
    int MAX_BYTES = 512 * 1024;

    /** The largest body of a webhook, in bytes. */
    int MAX_WEBHOOK_BYTES = 256 * 1024;

    /** The gateway replaces bytes that are not UTF-8 with this, before we see them. */
    char REPLACEMENT = '\ufffd';

    Pattern CHARSET = Pattern.compile("charset\\s*=\\s*\"?([^\"]*)\"?");

    record Text(String text) implements RequestBody {}

    /** 415 if the Content-Type is not JSON in UTF-8, 413 if the body is too large, 400 if it is not UTF-8. */
    record Refused(ApiError error) implements RequestBody {}

    /** The body of a client's request. Its Content-Type must be JSON in UTF-8; other parameters do not matter. */
    static RequestBody ofJson(HttpRequest request) {
        String[] type = header(request, "content-type").split(";", -1);
        if (!type[0].strip().equals("application/json")) {
            return unsupported("The Content-Type must be application/json.");
        }
        for (String parameter : type) {
            Matcher charset = CHARSET.matcher(parameter.strip());
            if (charset.matches()
                    && !charset.group(1).equals("utf-8")
                    && !charset.group(1).equals("utf8")) {
                return unsupported("The charset must be UTF-8.");
            }
        }
        String encoding = header(request, "content-encoding").strip();
        if (!encoding.isEmpty() && !encoding.equals("identity")) {
            return unsupported("The body must not be encoded: leave Content-Encoding out.");
        }
        return switch (of(request, MAX_BYTES)) {
            case Text(String text) when !request.isBase64() && text.indexOf(REPLACEMENT) >= 0 -> notText();
            case RequestBody body -> body;
        };
    }

    /** The body of a webhook with any Content-Type; empty if there is none. */
    static RequestBody ofWebhook(HttpRequest request) {
        return of(request, MAX_WEBHOOK_BYTES);
    }

    private static String header(HttpRequest request, String name) {
        return request.headers().getOrDefault(name, "").toLowerCase(Locale.ROOT);
    }

    private static RequestBody of(HttpRequest request, int maxBytes) {
        String body = request.body();
        try {
            return request.isBase64() ? decoded(body, maxBytes) : plain(body, maxBytes);
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return notText();
        }
    }

    private static RequestBody notText() {
        return new Refused(ApiError.invalidRequest(List.of(new Problem(Problem.BODY, "must be text in UTF-8"))));
    }

    private static RequestBody unsupported(String message) {
        return new Refused(ApiError.of(ApiError.Type.UNSUPPORTED_MEDIA_TYPE, message));
    }

    private static RequestBody plain(String body, int maxBytes) throws CharacterCodingException {
        // The gateway's JSON can have an unpaired surrogate, which UTF-8 does not allow. The strict encoder refuses it.
        int bytes = StandardCharsets.UTF_8
                .newEncoder()
                .encode(CharBuffer.wrap(body))
                .remaining();
        return bytes > maxBytes ? tooLarge(maxBytes) : new Text(body);
    }

    private static RequestBody decoded(String body, int maxBytes) throws CharacterCodingException {
        byte[] bytes = Base64.getDecoder().decode(body);
        return bytes.length > maxBytes
                ? tooLarge(maxBytes)
                : new Text(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString());
    }

    private static RequestBody tooLarge(int maxBytes) {
        return new Refused(
                ApiError.of(ApiError.Type.PAYLOAD_TOO_LARGE, "The body must have at most " + maxBytes + " bytes."));
    }
}
