package dev.darkroom.apidot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.task.TaskId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackUrlsTest {
    private static final TaskId TASK = new TaskId("task-0123456789abcdef");
    // printf %s task-0123456789abcdef | openssl dgst -sha256 -hmac first -binary | basenc --base64url | tr -d =
    private static final String SIGNATURE = "Eazt6E5S1CFh2IP5A619hlNVojygTFw7jqswInzSGxo";

    @Test
    void the_first_key_signs_and_every_key_verifies() {
        CallbackSignature before = new CallbackSignature(List.of("first"));
        CallbackSignature added = new CallbackSignature(List.of("first", "second"));
        CallbackSignature moved = new CallbackSignature(List.of("second", "first"));

        assertThat(before.of(TASK)).isEqualTo(added.of(TASK)).isEqualTo(SIGNATURE);
        assertThat(added.verifies(TASK, moved.of(TASK))).isTrue();
        assertThat(moved.verifies(TASK, before.of(TASK))).isTrue();
        assertThat(before.verifies(TASK, moved.of(TASK))).isFalse();
    }

    @Test
    void only_the_one_spelling_of_this_task_s_signature_is_right() {
        CallbackSignature signature = new CallbackSignature(List.of("first"));
        String right = signature.of(TASK);
        assertThat(right).matches("[A-Za-z0-9_-]{43}");
        // The last character holds two bits that decode to nothing, so another character could decode to the same
        // bytes.
        String last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int index = last.indexOf(right.charAt(42));
        String alias = right.substring(0, 42) + last.charAt(index ^ 1);
        for (String wrong : List.of("", right + "=", right.substring(1), right + right, alias, "ü", " " + right)) {
            assertThat(signature.verifies(TASK, wrong)).isFalse();
        }
        assertThat(signature.verifies(new TaskId("task-0123456789abcdeX"), right))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://callbacks.example.com,  https://api.apidot.ai, true",
        "https://callbacks.example.com/, http://localhost:3001, true",
        "http://localhost:3000,          http://localhost:3001, true",
        "http://localhost:3000,          https://api.apidot.ai, false",
        "'',                             https://api.apidot.ai, false"
    })
    void an_address_that_APIDot_could_not_use_is_left_out(String base, String upstream, boolean sent) {
        String url = CallbackUrls.of(environment(base, upstream), trusted()).of(TASK);
        assertThat(url)
                .isEqualTo(sent ? base.replaceFirst("/$", "") + "/callbacks/apidot/" + TASK + "/" + SIGNATURE : null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://api.apidot.ai", "http://localhost:3002", "ftp://api.apidot.ai", "apidot"})
    void the_key_goes_to_https_or_a_trusted_host_only(String upstream) {
        assertThatThrownBy(() -> ApiDot.of(environment("", upstream), trusted()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("APIDOT_BASE_URL ")
                .hasMessageNotContaining(upstream);
    }

    @Test
    void a_missing_or_unusable_key_is_named_and_not_shown() {
        assertThatThrownBy(() -> CallbackSignature.of(new Environment(Map.of("CALLBACK_SIGNING_KEYS", " , "))))
                .hasMessageStartingWith("CALLBACK_SIGNING_KEYS ");
        assertThatThrownBy(() -> ApiDot.of(new Environment(Map.of()), trusted()))
                .hasMessageStartingWith("APIDOT_API_KEY ");
        assertThatThrownBy(() -> ApiDot.of(new Environment(Map.of("APIDOT_API_KEY", "a\r\nb")), trusted()))
                .hasMessageStartingWith("APIDOT_API_KEY ")
                .hasMessageNotContaining("a\r\nb");
        assertThat(ApiDot.baseUrl(new Environment(Map.of()), TrustedHosts.none()))
                .hasToString("https://api.apidot.ai");
    }

    private static TrustedHosts trusted() {
        return TrustedHosts.parse("TRUSTED_HOSTS", List.of("localhost:3001"));
    }

    private static Environment environment(String base, String upstream) {
        Map<String, String> variables = new HashMap<>();
        variables.put("CALLBACK_BASE_URL", base);
        variables.put("CALLBACK_SIGNING_KEYS", "first, second");
        variables.put("APIDOT_BASE_URL", upstream);
        variables.put("APIDOT_API_KEY", "key");
        return new Environment(variables);
    }
}
