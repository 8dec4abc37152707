package dev.darkroom.local.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.template.TemplateException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiltersTest {
    private static Filters filters(String... patterns) throws JsonException {
        List<Json.Obj> parsed = new ArrayList<>();
        for (String pattern : patterns) {
            parsed.add((Json.Obj) Json.parse(pattern));
        }
        return new Filters("F", parsed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {"a":{"S":["due"]}}                      | {"a":{"S":"due"}}           | true
        {"a":{"S":["due"]}}                      | {"a":{"S":"settling"}}      | false
        {"a":{"S":["due"]}}                      | {"a":{"N":"1"}}             | false
        {"a":{"S":["due"]}}                      | {}                          | false
        {"a":["x","y"]}                          | {"a":"y","b":1}             | true
        {"a":["x"],"b":[1]}                      | {"a":"x","b":2}             | false
        {"a":[{"prefix":"im"}]}                  | {"a":"images"}              | true
        {"a":[{"prefix":"im"}]}                  | {"a":"miages"}              | false
        {"a":[{"suffix":".png"}]}                | {"a":"0.png"}               | true
        {"a":[{"exists":true}]}                  | {"a":""}                    | true
        {"a":[{"exists":true}]}                  | {"b":""}                    | false
        {"a":[{"exists":false}]}                 | {"b":""}                    | true
        {"a":[{"exists":true}]}                  | {"a":{"S":"x"}}             | false
        {"a":[{"anything-but":["x"]}]}           | {"a":"y"}                   | true
        {"a":[{"anything-but":"x"}]}             | {"a":"x"}                   | false
        {"a":[{"numeric":[">=",0,"<",5]}]}       | {"a":0}                     | true
        {"a":[{"numeric":[">=",0,"<",5]}]}       | {"a":5}                     | false
        {"a":[{"numeric":[">",0]}]}              | {"a":"1"}                   | false
        {"a":[null]}                             | {"a":null}                  | true
        """)
    void a_pattern_matches_as_on_aws(String pattern, String event, boolean matches) throws Exception {
        assertThat(filters(pattern).pass(Json.parse(event))).isEqualTo(matches);
    }

    @Test
    void one_pattern_that_matches_is_enough_and_without_any_everything_passes() throws Exception {
        Json event = Json.parse("{\"a\":\"x\"}");
        assertThat(filters("{\"a\":[\"y\"]}", "{\"a\":[\"x\"]}").pass(event)).isTrue();
        assertThat(filters("{\"a\":[\"y\"]}", "{\"a\":[\"z\"]}").pass(event)).isFalse();
        assertThat(filters().pass(event)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":\"due\"}",
                "{\"a\":[{\"suffixx\":\"x\"}]}",
                "{\"a\":[{\"numeric\":[\"~\",1]}]}",
                "{\"$or\":1}"
            })
    void a_rule_that_is_not_understood_is_refused_at_start(String pattern) {
        assertThatThrownBy(() -> filters(pattern)).isInstanceOf(TemplateException.class);
    }
}
