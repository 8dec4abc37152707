package dev.darkroom.local.apidot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiDotRulesTest {
    private final ApiDotRules rules = new ApiDotRules(10);

    @ParameterizedTest(name = "{0} {1} {2}: {3}x{4}, {5} credits")
    @CsvSource({
        "low,    auto,      1K, 1024, 1024, 1",
        "low,    auto,      4K, 1024, 1024, 1",
        "medium, 1:1,       1K, 1024, 1024, 3",
        "medium, 1:1,       2K, 2048, 2048, 6",
        "high,   1:1,       4K, 2048, 2048, 24",
        "high,   16:9,      4K, 3840, 2160, 48",
        "low,    9:16,      4K, 2160, 3840, 4",
        "low,    21:9,      4K, 3840, 1648, 4",
        "low,    2304x2048, 2K, 2304, 2048, 2",
        "low,    2304x2048, 4K, 2304, 2048, 2",
        "low,    3840x2160, 4K, 3840, 2160, 4",
        "low,    1024x640,  2K, 1024, 640,  2",
    })
    void size_and_resolution_give_pixels_and_price(
            String quality, String size, String resolution, int width, int height, int credits) throws Exception {
        ApiDotRules.Verdict verdict = rules.judge(Json.parse("""
            {"model":"gpt-image-2","input":{"prompt":"fox","quality":"%s","size":"%s","resolution":"%s"}}\
            """.formatted(quality, size, resolution)));

        assertThat(verdict)
                .isEqualTo(new ApiDotRules.Verdict.Accepted(
                        new JobRequest("gpt-image-2", "fox", List.of(), width, height, credits, null)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"fox\"}}",
                "{\"model\":\"gpt-image-2\",\"callback_url\":\"https://a.example/x\",\"input\":{\"prompt\":\"fox\"}}",
                "{\"model\":\"gpt-image-2-edit\",\"input\":{\"prompt\":\"fox\",\"image_urls\":[\"https://a.example/x\"]}}",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊\"}}",
            })
    void what_apidot_takes_is_taken(String body) throws Exception {
        assertThat(rules.judge(Json.parse(body))).isInstanceOf(ApiDotRules.Verdict.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"input\":{\"prompt\":\"fox\"}}",
                "{\"model\":\"gpt-image-1\",\"input\":{\"prompt\":\"fox\"}}",
                "{\"model\":\"gpt-image-2\",\"input\":{}}",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\" \"}}",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"12345678901\"}}",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"fox\",\"n\":1}}",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"fox\",\"quality\":\"best\"}}",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"fox\",\"resolution\":\"8K\"}}",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"fox\",\"image_urls\":[]}}",
                "{\"model\":\"gpt-image-2-edit\",\"input\":{\"prompt\":\"fox\"}}",
                "{\"model\":\"gpt-image-2-edit\",\"input\":{\"prompt\":\"fox\",\"image_urls\":[]}}",
                "{\"model\":\"gpt-image-2-edit\",\"input\":{\"prompt\":\"fox\",\"image_urls\":[\"ftp://a/b\"]}}",
                "{\"model\":\"gpt-image-2\",\"callback_url\":\"nowhere\",\"input\":{\"prompt\":\"fox\"}}",
            })
    void what_apidot_refuses_is_refused(String body) throws Exception {
        assertThat(rules.judge(Json.parse(body))).isInstanceOf(ApiDotRules.Verdict.Refused.class);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "2304x2048, 1K",
        "3840x2160, 2K",
        "2304X2048, 2K",
        "1000x1000, 2K",
        "3856x2048, 4K",
        "3072x1008, 2K",
        "640x1008,  2K",
        "3840x2176, 4K",
        "7:3,       1K",
    })
    void a_size_out_of_range_is_refused(String size, String resolution) throws Exception {
        assertThat(rules.judge(Json.parse("""
            {"model":"gpt-image-2","input":{"prompt":"fox","size":"%s","resolution":"%s"}}\
            """.formatted(size, resolution))))
                .isInstanceOf(ApiDotRules.Verdict.Refused.class);
    }
}
