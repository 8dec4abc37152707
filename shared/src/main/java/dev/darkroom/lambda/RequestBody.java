package dev.darkroom.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.darkroom.request.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** The body of a request as text, or why it can't be had. */
public sealed interface RequestBody {
    /** The largest body we read, in bytes. */
    int MAX_BYTES = 256 * 1024;

    record Text(String text) implements RequestBody {}

    /** 415 for what is not announced as JSON, 413 for what is too large, 400 for what is not UTF-8. */
    record Refused(ApiError error) implements RequestBody {}

    /** The body of a client's request, which must be announced as JSON (parameters such as a charset are allowed). */
    static RequestBody ofJson(APIGatewayV2HTTPEvent event) {
        String type = event.getHeaders().getOrDefault("content-type", "");
        int parameters = type.indexOf(';');
        String essence = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        return essence.toLowerCase(Locale.ROOT).equals("application/json")
                ? of(event)
                : new Refused(ApiError.of(
                        ApiError.Type.UNSUPPORTED_MEDIA_TYPE, "The Content-Type must be application/json."));
    }

    /** The body whatever it is announced as; empty when there is none. */
    static RequestBody of(APIGatewayV2HTTPEvent event) {
        String body = event.getBody() == null ? "" : event.getBody();
        try {
            return event.getIsBase64Encoded() ? decoded(body) : plain(body);
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return new Refused(ApiError.invalidRequest(List.of(new Problem(Problem.BODY, "must be text in UTF-8"))));
        }
    }

    private static RequestBody plain(String body) throws CharacterCodingException {
        // The gateway's JSON can carry half a surrogate pair, which no UTF-8 text can: the strict encoder refuses it.
        int bytes = StandardCharsets.UTF_8
                .newEncoder()
                .encode(CharBuffer.wrap(body))
                .remaining();
        return bytes > MAX_BYTES ? tooLarge() : new Text(body);
    }

    private static RequestBody decoded(String body) throws CharacterCodingException {
        byte[] bytes = Base64.getDecoder().decode(body);
        return bytes.length > MAX_BYTES
                ? tooLarge()
                : new Text(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString());
    }

    private static RequestBody tooLarge() {
        return new Refused(
                ApiError.of(ApiError.Type.PAYLOAD_TOO_LARGE, "The body must have at most " + MAX_BYTES + " bytes."));
    }
}
