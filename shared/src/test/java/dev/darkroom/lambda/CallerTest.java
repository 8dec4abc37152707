package dev.darkroom.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.config.Environment;
import dev.darkroom.task.UserId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerTest {
    private static final Environment AWS = new Environment(Map.of());
    private static final Environment SAM_LOCAL = new Environment(Map.of("AWS_SAM_LOCAL", "true"));

    @Test
    void the_user_is_the_checked_tokens_subject_wherever_it_runs() {
        assertThat(Caller.of(Events.read(Events.HTTP), AWS)).contains(new UserId("user-1"));
        assertThat(Caller.of(Events.read(Events.HTTP), SAM_LOCAL)).contains(new UserId("user-1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"jwt\":{}}",
                "{\"jwt\":{\"claims\":{}}}",
                "{\"jwt\":{\"claims\":{\"sub\":\"\"}}}",
                "{\"jwt\":{\"claims\":{\"sub\":1}}}"
            })
    void an_authorizer_without_a_subject_names_nobody_whatever_the_header_says(String authorizer) {
        assertThat(Caller.of(Events.read(event(authorizer, "Bearer alice")), SAM_LOCAL))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"255, true", "256, false"})
    void a_subject_has_at_most_255_characters(int length, boolean valid) {
        String authorizer = "{\"jwt\":{\"claims\":{\"sub\":\"" + "u".repeat(length) + "\"}}}";

        assertThat(Caller.of(Events.read(event(authorizer, "Bearer alice")), AWS)
                        .isPresent())
                .isEqualTo(valid);
    }

    @Test
    void without_an_authorizer_a_header_names_nobody_on_aws() {
        assertThat(Caller.of(Events.read(event("null", "Bearer alice")), AWS)).isEmpty();
        assertThat(Caller.of(
                        Events.read(event("null", "Bearer alice")), new Environment(Map.of("AWS_SAM_LOCAL", "false"))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer alice, alice",
        "bearer alice, alice",
        "Bearer   alice, alice",
        "Bearer a.b, a.b",
        "Bearer a.b.c, a.b.c",
        "alice, ",
        "Basic YTpi, ",
        "Bearer, ",
        "'Bearer ', ",
    })
    void under_sam_local_the_bearer_token_names_the_user(String header, String user) {
        assertThat(Caller.of(Events.read(event("null", header)), SAM_LOCAL))
                .isEqualTo(Optional.ofNullable(user).map(UserId::new));
    }

    private static String event(String authorizer, String header) {
        return "{\"version\":\"2.0\",\"headers\":{\"Authorization\":\"" + header
                + "\"},\"requestContext\":{\"http\":{},\"authorizer\":" + authorizer + "}}";
    }
}
