package dev.darkroom.local.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.json.Json;
import dev.darkroom.local.template.TemplateException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterPatternTest {

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
        FilterPattern filter = FilterPattern.of("F", (Json.Obj) Json.parse(pattern));
        assertThat(filter.matches(Json.parse(event))).isEqualTo(matches);
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
        assertThatThrownBy(() -> FilterPattern.of("F", (Json.Obj) Json.parse(pattern)))
                .isInstanceOf(TemplateException.class);
    }
}
