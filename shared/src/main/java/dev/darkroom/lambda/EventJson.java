package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An event or an answer of Lambda: one JSON object in UTF-8. */
final class EventJson {
    private EventJson() {}

    /**
     * The whole event.
     *
     * @throws MalformedEventException if it is not one JSON object
     */
    static Json.Obj read(InputStream in) throws IOException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
            if (Json.parse(text) instanceof Json.Obj event) {
                return event;
            }
        } catch (CharacterCodingException | JsonException e) {
            // Without the cause, which may quote the private event.
            throw new MalformedEventException("is not JSON in UTF-8");
        }
        throw new MalformedEventException("is not a JSON object");
    }

    static void write(Json answer, OutputStream out) throws IOException {
        out.write(answer.text().getBytes(StandardCharsets.UTF_8));
    }

    /** The strings of an object such as the headers. Other values are left out. */
    static Map<String, String> strings(Json.Obj parent, String name) {
        Map<String, String> strings = new LinkedHashMap<>();
        Json.Obj object = parent.object(name);
        if (object != null) {
            object.fields().forEach((key, value) -> {
                if (value instanceof Json.Str(String text)) {
                    strings.put(key, text);
                }
            });
        }
        return strings;
    }
}
