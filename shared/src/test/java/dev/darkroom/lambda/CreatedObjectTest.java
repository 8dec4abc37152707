package dev.darkroom.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreatedObjectTest {
    private static List<CreatedObject> read(String event) throws IOException {
        return CreatedObject.read(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_key_comes_as_in_a_form() throws Exception {
        assertThat(read("""
            {"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"images/%C3%A4+b%2Bc/0.png"}}}]}\
            """)).containsExactly(new CreatedObject("b", "images/ä" + " b+c/0.png"));
    }

    @Test
    void the_event_by_which_s3_tries_a_notification_names_none() throws Exception {
        assertThat(read("""
            {"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}\
            """)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"Records\":[]}",
                "{\"Records\":[{\"s3\":{\"bucket\":{\"name\":\"b\"}}}]}",
                "{\"Records\":[{\"s3\":{\"object\":{\"key\":\"images/x\"}}}]}",
                "{\"Records\":[1]}"
            })
    void another_event_is_an_error(String event) {
        assertThatThrownBy(() -> read(event)).isInstanceOf(MalformedEventException.class);
    }
}
