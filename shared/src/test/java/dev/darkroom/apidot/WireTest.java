package dev.darkroom.apidot;

import static dev.darkroom.apidot.ScriptedServer.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.net.Exchange;
import dev.darkroom.net.RandomLimits;
import dev.darkroom.net.TestHost;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.Test;

class WireTest {
    @Test
    void request_reported_as_never_sent_never_arrives() throws Exception {
        RandomLimits limits = new RandomLimits();
        Wire wire = new Wire();
        List<String> neverSent = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer(List.of(json(200, "{}")))) {
            for (int i = 0; i < 400; i++) {
                String path = "/" + i + "-";
                URI uri = URI.create(server.url() + path);
                switch (wire.exchange(uncancellable(uri), uri, limits.next())) {
                    case Exchange.Failed<Wire.Answer>(Exchange.Trouble _, boolean out)
                    when !out -> {
                        neverSent.add(path);
                        limits.neverSent();
                    }
                    case Exchange.Failed<Wire.Answer> _, Exchange.Answered<Wire.Answer> _ -> {
                        sent.add(path);
                        limits.sent();
                    }
                }
            }
            // Not a blind wait: a request that was still on its way has had the time of a whole exchange to arrive.
            wire.exchange(new HttpGet(server.url()), server.url(), Duration.ofSeconds(10));

            assertThat(neverSent).isNotEmpty();
            assertThat(sent).isNotEmpty();
            assertThat(List.copyOf(server.requests))
                    .noneSatisfy(
                            request -> assertThat(neverSent).contains(request.substring(4, request.indexOf(' ', 4))));
        }
    }

    @Test
    void a_long_answer_is_cut() throws Exception {
        for (int more : new int[] {0, 1, 20_000}) {
            String body = "x".repeat(Wire.MAX_BODY + more);
            try (ScriptedServer server = new ScriptedServer(List.of(json(200, body)))) {
                assertThat(new Wire().exchange(new HttpGet(server.url()), server.url(), Duration.ofSeconds(30)))
                        .isEqualTo(
                                new Exchange.Answered<>(new Wire.Answer(200, null, body.substring(0, Wire.MAX_BODY))));
            }
        }
    }

    /** A label that is not true must not make a paid task unreadable. */
    @Test
    void an_answer_is_read_as_it_was_sent() throws Exception {
        try (TestHost host = new TestHost()) {
            host.on("/", (request, out) -> {
                TestHost.head(out, 200, "Content-Encoding: gzip", "Content-Length: 2");
                out.write("{}".getBytes(UTF_8));
            });
            URI uri = URI.create(host.url("/"));

            assertThat(new Wire().exchange(new HttpGet(uri), uri, Duration.ofSeconds(30)))
                    .isEqualTo(new Exchange.Answered<>(new Wire.Answer(200, null, "{}")));
        }
    }

    /** Cutting the connection would hide a request that is sent too late. Here only the mark can stop it. */
    private static HttpGet uncancellable(URI url) {
        return new HttpGet(url) {
            @Override
            public boolean cancel() {
                return false;
            }
        };
    }
}
