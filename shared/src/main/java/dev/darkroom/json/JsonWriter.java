package dev.darkroom.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Writes a {@link Json} value as compact text. */
final class JsonWriter {
    private JsonWriter() {}

    static String write(Json value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JsonReader.FACTORY.createGenerator(text)) {
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, Json value) throws IOException {
        switch (value) {
            case Json.Obj(Map<String, Json> fields) -> {
                generator.writeStartObject();
                for (Map.Entry<String, Json> field : fields.entrySet()) {
                    generator.writeFieldName(field.getKey());
                    write(generator, field.getValue());
                }
                generator.writeEndObject();
            }
            case Json.Arr(List<Json> items) -> {
                generator.writeStartArray();
                for (Json item : items) {
                    write(generator, item);
                }
                generator.writeEndArray();
            }
            case Json.Str(String string) -> generator.writeString(string);
            case Json.Num num -> generator.writeNumber(num.value());
            case Json.Bool bool -> generator.writeBoolean(bool == Json.Bool.TRUE);
            case Json.Null _ -> generator.writeNull();
        }
    }
}
