package dev.darkroom.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.Environment;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.Test;

class SingleExchangeTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final String NOWHERE = "127.0.0.1:" + TestHost.CLOSED_PORT;

    private final SingleExchange http = new SingleExchange();

    private Exchange<Integer> get(String url, Duration limit) {
        URI uri = URI.create(url);
        return http.send(new HttpGet(uri), uri, true, new Deadline(limit), OutsideAnswer::status);
    }

    private static boolean neverSent(Exchange<Integer> exchange) {
        return exchange instanceof Exchange.Failed<Integer>(Exchange.Trouble _, boolean sent) && !sent;
    }

    @Test
    void a_request_that_may_have_arrived_is_lost_and_one_that_cannot_have_was_never_sent() throws IOException {
        try (TestHost host = new TestHost()) {
            host.serve("/a", new byte[1]).on("/cut", (request, out) -> {});

            assertThat(get(host.url("/a"), LONG)).isEqualTo(new Exchange.Answered<>(200));
            assertThat(get(host.url("/cut"), LONG))
                    .isEqualTo(new Exchange.Failed<>(Exchange.Trouble.CONNECTION_FAILED, true));
            assertThat(host.arrivals("/cut")).isEqualTo(1);
            assertThat(get(host.url("/a"), Duration.ZERO)).matches(SingleExchangeTest::neverSent);
            assertThat(host.arrivals("/a")).isEqualTo(1);
        }
        assertThat(get("http://" + NOWHERE + "/", LONG)).matches(SingleExchangeTest::neverSent);
    }

    @Test
    void a_deadline_at_any_moment_is_an_outcome_and_no_failure_of_ours() throws IOException {
        RandomLimits limits = new RandomLimits();
        try (TestHost host = new TestHost()) {
            Set<String> neverSent = new HashSet<>();
            for (int i = 0; i < 500; i++) {
                String path = "/" + i;
                if (neverSent(get(host.url(path), limits.next()))) {
                    neverSent.add(path);
                    limits.neverSent();
                } else {
                    limits.sent();
                }
            }
            assertThat(neverSent).isNotEmpty();
            assertThat(host.requests())
                    .extracting(TestHost.Request::path)
                    .isNotEmpty()
                    .doesNotContainAnyElementsOf(neverSent);
        }
    }

    @Test
    void a_deadline_is_over_at_its_end_and_never_before() {
        Deadline future = new Deadline(Duration.ofDays(1));
        assertThat(future.isOver()).isFalse();
        assertThat(future.remaining()).isPositive();
        Deadline past = new Deadline(Duration.ofSeconds(-1));
        assertThat(past.isOver()).isTrue();
        assertThat(past.remaining()).isZero();
    }

    @Test
    void the_greeting_goes_to_an_endpoint_over_tls_only() throws IOException {
        assertThatCode(() -> Greeting.dynamoDb(new Environment(Map.of()))).doesNotThrowAnyException();
        assertThatCode(() ->
                        Greeting.dynamoDb(new Environment(Map.of("AWS_ENDPOINT_URL_DYNAMODB", "http://" + NOWHERE))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        Greeting.dynamoDb(new Environment(Map.of("AWS_ENDPOINT_URL_DYNAMODB", "https://" + NOWHERE))))
                .isInstanceOf(IOException.class);
    }
}
