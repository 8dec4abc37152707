package dev.darkroom.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON text (RFC 8259): one document with limited nesting. If an object has a key twice, it keeps the first value and notes
 * the key's path. One reader reads one text.
 */
final class JsonReader {
    /** Deeper than anything that we or APIDot send. */
    static final int MAX_DEPTH = 32;

    /** More than anybody shows. Names are as long as the writer likes, so whole paths of many keys would not fit in the memory. */
    static final int MAX_PATH = 200;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(16 * 1024 * 1024)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final List<String> duplicates = new ArrayList<>();
    private final StringBuilder path = new StringBuilder();

    private JsonReader() {}

    static JsonDocument read(String text) throws JsonException {
        JsonReader reader = new JsonReader();
        Json root = reader.document(text);
        return new JsonDocument(root, reader.duplicates);
    }

    private Json document(String text) throws JsonException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new JsonException("The text is empty");
            }
            Json value = value(parser);
            if (parser.nextToken() != null) {
                throw new JsonException("The JSON value must be the only text in the body");
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw new JsonException(
                    "The JSON is nested deeper than " + MAX_DEPTH + " levels, or has a value that is too long");
        } catch (IOException | NumberFormatException e) {
            // The second one is for an exponent that no BigDecimal can have. The parser does not wrap it.
            throw new JsonException("The text is not valid JSON");
        }
    }

    private Json value(JsonParser parser) throws IOException, JsonException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new Json.Str(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(parser.getDecimalValue());
            case VALUE_TRUE -> Json.Bool.TRUE;
            case VALUE_FALSE -> Json.Bool.FALSE;
            case VALUE_NULL -> Json.Null.NULL;
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new JsonException("The text is not valid JSON");
        };
    }

    private Json object(JsonParser parser) throws IOException, JsonException {
        Map<String, Json> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            int parent = path.length();
            path.append(parent == 0 ? "" : ".").append(name);
            if (fields.putIfAbsent(name, value(parser)) != null) {
                duplicates.add(path.substring(0, Math.min(path.length(), MAX_PATH)));
            }
            path.setLength(parent);
        }
        return new Json.Obj(fields);
    }

    private Json array(JsonParser parser) throws IOException, JsonException {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int parent = path.length();
            path.append('[').append(items.size()).append(']');
            items.add(value(parser));
            path.setLength(parent);
        }
        return new Json.Arr(items);
    }
}
