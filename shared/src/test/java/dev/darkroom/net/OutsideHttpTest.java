package dev.darkroom.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.net.Exchange.Answered;
import dev.darkroom.net.Exchange.Failed;
import dev.darkroom.net.Exchange.NotAllowed;
import dev.darkroom.net.Exchange.Trouble;
import dev.darkroom.net.OutsideHttp.PostAnswer;
import dev.darkroom.net.Verdict.Refused;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OutsideHttpTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final byte[] DRIP = {120};

    private TestHost host;
    private OutsideHttp http;

    @BeforeEach
    void start() throws IOException {
        host = new TestHost();
        http = new OutsideHttp(host.trusted());
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    private static @Nullable Trouble trouble(Exchange<?> exchange) {
        return exchange instanceof Failed<?>(Trouble trouble, boolean _) ? trouble : null;
    }

    private static OutsideHttp outside(TrustedHosts trusted, NameLookup lookup) {
        return new OutsideHttp(trusted, lookup);
    }

    private Exchange<String> get(String url) {
        return get(url, LONG);
    }

    private Exchange<String> get(String url, Duration limit) {
        return http.get(
                url,
                HostList.all(),
                limit,
                answer -> answer.status() + " " + new String(answer.body().readAllBytes(), UTF_8));
    }

    static List<String> hostileUrls() {
        return BrowserUrlTest.hostileUrls();
    }

    /** Resolves 127.0.0.1 only, and records all other names. */
    private static final class Names implements NameLookup {
        private final List<String> asked = new CopyOnWriteArrayList<>();

        @Override
        public List<InetAddress> addresses(String name) throws UnknownHostException {
            if (name.equals("127.0.0.1")) {
                return List.of(InetAddress.getLoopbackAddress());
            }
            asked.add(name);
            throw new UnknownHostException();
        }
    }

    /** A browser would read a public URL from some of these. Only their names are looked up, and no others. */
    private static void assertLeadsNowhere(Exchange<?> exchange, Names names) {
        if (names.asked.isEmpty()) {
            assertThat(exchange).isInstanceOf(NotAllowed.class);
        } else {
            assertThat(names.asked).containsOnly("example.com");
            assertThat(exchange).extracting(OutsideHttpTest::trouble).isEqualTo(Trouble.NAME_NOT_RESOLVED);
        }
    }

    @ParameterizedTest
    @MethodSource("hostileUrls")
    void hostile_url_leads_nowhere(String url) {
        Names names = new Names();
        OutsideHttp counting = outside(TrustedHosts.none(), names);

        assertLeadsNowhere(counting.get(url, HostList.all(), LONG, OutsideAnswer::status), names);
    }

    @ParameterizedTest
    @MethodSource("hostileUrls")
    void nothing_is_posted_to_a_hostile_url(String url) {
        Names names = new Names();
        OutsideHttp counting = outside(TrustedHosts.none(), names);

        assertThat(counting.post(url, Map.of(), new byte[0], LONG)).isInstanceOf(NotAllowed.class);
        assertThat(names.asked).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("hostileUrls")
    void redirect_to_a_hostile_url_is_not_followed(String url) {
        if (url.chars().anyMatch(c -> c < 0x20 || c > 0xff)) {
            return; // Not a valid header value.
        }
        Names names = new Names();
        OutsideHttp counting = outside(host.trusted(), names);
        host.redirect("/away", 302, url);

        Exchange<Integer> exchange = counting.get(host.url("/away"), HostList.all(), LONG, OutsideAnswer::status);

        if (host.connections() == 1) {
            assertLeadsNowhere(exchange, names);
        } else {
            // A relative reference, which stays on the trusted host.
            assertThat(names.asked).isEmpty();
        }
    }

    @Test
    void answer_is_read_as_it_was_sent() {
        host.serve("/a?b=c", "hello".getBytes(UTF_8));

        assertThat(get(host.url("/a?b=c"))).isEqualTo(new Answered<>("200 hello"));
        assertThat(host.requests().getFirst().head().toLowerCase(Locale.ROOT))
                .contains("accept-encoding: identity", "connection: close", "user-agent: darkroom")
                .doesNotContain("upgrade", "cookie", "authorization");
    }

    @Test
    void cookies_and_challenges_are_ignored() {
        host.on(
                "/a",
                (request, out) -> TestHost.head(
                        out, 401, "Set-Cookie: a=b", "WWW-Authenticate: Basic realm=x", "Content-Length: 0"));

        assertThat(get(host.url("/a"))).isEqualTo(new Answered<>("401 "));
        assertThat(get(host.url("/a"))).isEqualTo(new Answered<>("401 "));
        assertThat(host.requests())
                .hasSize(2)
                .noneMatch(request -> request.head().contains("Cookie"));
    }

    @Test
    void name_that_changes_its_address_between_look_ups_reaches_nothing() {
        AtomicInteger lookups = new AtomicInteger();
        OutsideHttp rebound = outside(
                TrustedHosts.none(),
                name -> List.of(
                        lookups.getAndIncrement() == 0
                                ? InetAddress.ofLiteral("240.0.0.1")
                                : InetAddress.ofLiteral("127.0.0.1")));
        String url = "https://changing.example:" + host.port() + "/";

        assertThat(rebound.get(url, HostList.all(), LONG, OutsideAnswer::status))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.ADDRESS_NOT_PUBLIC);
        assertThat(rebound.get(url, HostList.all(), LONG, OutsideAnswer::status))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.ADDRESS_NOT_PUBLIC);
        assertThat(lookups).hasValue(2);
        assertThat(host.connections()).isZero();
    }

    @Test
    void address_connected_to_is_the_one_that_was_judged() {
        AtomicInteger lookups = new AtomicInteger();
        OutsideHttp rebound = outside(TrustedHosts.none(), name -> {
            // Public at first. If the name were resolved again for the connection, the second answer would be this
            // machine.
            lookups.incrementAndGet();
            return List.of(InetAddress.ofLiteral(lookups.get() == 1 ? "1.1.1.1" : "127.0.0.1"));
        });

        rebound.get("https://changing.example:" + host.port() + "/", HostList.all(), SHORT, OutsideAnswer::status);
        assertThat(lookups).hasValue(1);
        assertThat(host.connections()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "64:ff9b::7f00:1"})
    void name_of_an_address_that_is_not_public_is_not_connected_to_also_among_public_ones(String address) {
        OutsideHttp misled = outside(
                TrustedHosts.none(), name -> List.of(InetAddress.ofLiteral("8.8.8.8"), InetAddress.ofLiteral(address)));

        assertThat(misled.get("https://innocent.example/", HostList.all(), LONG, OutsideAnswer::status))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.ADDRESS_NOT_PUBLIC);
    }

    @Test
    void trust_ends_where_a_redirect_leaves_the_port() throws IOException {
        try (TestHost other = new TestHost()) {
            host.redirect("/away", 302, other.url("/secret"));

            assertThat(get(host.url("/away"))).isEqualTo(new NotAllowed<>(new Refused.Forbidden("must use https")));
            assertThat(other.connections()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"301", "302", "303", "307", "308"})
    void three_redirects_are_followed_and_a_fourth_is_not(int status) {
        host.serve("/0", "end".getBytes(UTF_8));
        host.redirect("/1", status, "/0");
        host.redirect("/2", status, host.url("/1"));
        host.redirect("/d/3", status, "../2");
        host.redirect("/4", status, "d/3");
        host.serve("/q?b", "query".getBytes(UTF_8));
        host.redirect("/q?a", status, "?b");

        assertThat(get(host.url("/d/3"))).isEqualTo(new Answered<>("200 end"));
        assertThat(get(host.url("/q?a"))).isEqualTo(new Answered<>("200 query"));
        assertThat(get(host.url("/4")))
                .isEqualTo(new NotAllowed<>(new Refused.Forbidden("must not redirect more than 3 times")));
        assertThat(host.arrivals("/0")).isEqualTo(1);
    }

    @Test
    void hosts_outside_the_list_are_not_contacted() throws IOException {
        HostList list = HostList.parse("MEDIA_HOSTS", List.of("localhost", "*.media.example"));
        String elsewhere = host.url("/a");
        String listed = elsewhere.replace("127.0.0.1", "localhost");
        host.redirect("/a", 302, elsewhere);

        assertThat(http.get(elsewhere, list, LONG, OutsideAnswer::status))
                .isEqualTo(new NotAllowed<>(new Refused.NotListed()));
        assertThat(host.connections()).isZero();
        assertThat(http.get(listed, list, LONG, OutsideAnswer::status))
                .isEqualTo(new NotAllowed<>(new Refused.NotListed()));
        assertThat(host.connections()).isEqualTo(1);
        assertThat(http.get("https://media.example/", list, LONG, OutsideAnswer::status))
                .isEqualTo(new NotAllowed<>(new Refused.NotListed()));
    }

    @Test
    void drip_ends_by_the_limit() {
        CountDownLatch hungUp = new CountDownLatch(1);
        host.on("/head", (request, out) -> drip(out, hungUp)).on("/body", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: 1000000");
            drip(out, hungUp);
        });

        assertThat(get(host.url("/head"), SHORT))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.TIMED_OUT);
        assertThat(get(host.url("/body"), SHORT))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.TIMED_OUT);
    }

    @Test
    void redirects_share_one_limit() {
        host.redirect("/1", 302, "/2").on("/2", (request, out) -> drip(out, new CountDownLatch(1)));

        assertThat(get(host.url("/1"), SHORT))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.TIMED_OUT);
    }

    @Test
    void silent_tls_server_ends_by_the_limit() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            String hostPort = "127.0.0.1:" + silent.getLocalPort();
            OutsideHttp patient = new OutsideHttp(TrustedHosts.parse("TRUSTED_HOSTS", List.of(hostPort)));

            assertThat(patient.get("https://" + hostPort + "/", HostList.all(), SHORT, OutsideAnswer::status))
                    .extracting(OutsideHttpTest::trouble)
                    .isEqualTo(Trouble.TIMED_OUT);
        }
    }

    /** Every look-up waits until the latch is counted down. */
    private static OutsideHttp stuckInLookUps(CountDownLatch never) {
        return outside(TrustedHosts.none(), name -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        });
    }

    @Test
    void look_up_that_hangs_ends_by_the_limit() {
        CountDownLatch never = new CountDownLatch(1);
        OutsideHttp stuck = stuckInLookUps(never);

        assertThat(stuck.get("https://slow.example/", HostList.all(), SHORT, OutsideAnswer::status))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.TIMED_OUT);
        never.countDown();
    }

    @Test
    void each_failure_has_its_name() throws IOException {
        host.on("/cut", (request, out) -> {});
        host.on("/short", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: 10");
            out.write('x');
        });
        host.on("/chunks", (request, out) -> {
            TestHost.head(out, 200, "Transfer-Encoding: chunked");
            TestHost.chunk(out, new byte[10]);
        });
        host.on("/noise", (request, out) -> out.write("220 mail ready\r\n".getBytes(UTF_8)));
        host.on("/no-status", (request, out) -> out.write("HTTP/1.1 000 OK\r\n\r\n".getBytes(UTF_8)));
        host.on("/long-line", (request, out) -> TestHost.head(out, 200, "X: " + "x".repeat(100_000)));
        host.on("/many-lines", (request, out) -> TestHost.head(out, 200, "X: y\r\n".repeat(1000) + "Z: z"));
        int closed = TestHost.CLOSED_PORT;
        OutsideHttp nowhere = outside(TrustedHosts.parse("T", List.of("127.0.0.1:" + closed)), name -> {
            if (name.equals("127.0.0.1")) {
                return List.of(InetAddress.ofLiteral(name));
            }
            throw new UnknownHostException();
        });

        for (String path : List.of("/cut", "/short", "/chunks", "/noise", "/no-status", "/long-line", "/many-lines")) {
            assertThat(get(host.url(path)))
                    .as(path)
                    .extracting(OutsideHttpTest::trouble)
                    .isEqualTo(Trouble.CONNECTION_FAILED);
            assertThat(host.arrivals(path)).as(path).isEqualTo(1);
        }
        assertThat(get("https://127.0.0.1:" + host.port() + "/"))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.TLS_FAILED);
        assertThat(nowhere.get("http://127.0.0.1:" + closed, HostList.all(), LONG, OutsideAnswer::status))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.CONNECTION_FAILED);
        assertThat(nowhere.get("https://unknown.example/", HostList.all(), LONG, OutsideAnswer::status))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.NAME_NOT_RESOLVED);
    }

    @Test
    void rest_of_an_endless_answer_is_not_fetched() {
        host.on("/endless", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: " + Long.MAX_VALUE);
            while (true) {
                out.write(new byte[8192]);
            }
        });

        assertThat(http.get(host.url("/endless"), HostList.all(), LONG, OutsideAnswer::status))
                .isEqualTo(new Answered<>(200));
    }

    @Test
    void unread_rest_of_an_answer_is_cut_off() throws InterruptedException {
        CountDownLatch cut = new CountDownLatch(1);
        host.on("/endless", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: " + Long.MAX_VALUE);
            try {
                while (true) {
                    out.write(new byte[8192]);
                }
            } finally {
                cut.countDown();
            }
        });

        http.get(host.url("/endless"), HostList.all(), LONG, OutsideAnswer::status);

        assertThat(cut.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void many_files_of_one_host_are_fetched_at_once() throws Exception {
        int many = 16;
        CountDownLatch arrived = new CountDownLatch(many);
        host.on("/a", (request, out) -> {
            arrived.countDown();
            arrived.await();
            TestHost.head(out, 200, "Content-Length: 0");
        });
        List<FutureTask<Exchange<Integer>>> gets = Stream.generate(() ->
                        new FutureTask<>(() -> http.get(host.url("/a"), HostList.all(), LONG, OutsideAnswer::status)))
                .limit(many)
                .toList();

        gets.forEach(Thread::startVirtualThread);

        for (FutureTask<Exchange<Integer>> get : gets) {
            assertThat(get.get()).isEqualTo(new Answered<>(200));
        }
    }

    @Test
    void an_interrupted_look_up_ends_the_exchange_and_stays_interrupted() {
        CountDownLatch never = new CountDownLatch(1);
        OutsideHttp stuck = stuckInLookUps(never);

        Thread.currentThread().interrupt();
        Exchange<Integer> exchange = stuck.get("https://a.example/", HostList.all(), LONG, OutsideAnswer::status);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(exchange).extracting(OutsideHttpTest::trouble).isEqualTo(Trouble.NAME_NOT_RESOLVED);
        never.countDown();
    }

    @Test
    void a_numeric_host_is_looked_up_as_its_own_address() {
        List<String> asked = new CopyOnWriteArrayList<>();
        OutsideHttp noting = outside(TrustedHosts.none(), name -> {
            asked.add(name);
            throw new UnknownHostException();
        });

        for (String url : List.of("https://[2606:4700::1111]/", "https://8.8.8.8/", "https://a.example/")) {
            noting.get(url, HostList.all(), LONG, OutsideAnswer::status);
        }

        assertThat(asked).containsExactly("2606:4700::1111", "8.8.8.8", "a.example");
    }

    @Test
    void a_length_is_what_the_host_says() {
        host.serve("/five", new byte[5]).serve("/none", new byte[0]);
        host.on("/chunks", (request, out) -> {
            TestHost.head(out, 200, "Transfer-Encoding: chunked");
            TestHost.chunk(out, new byte[0]);
        });
        host.on("/nothing", (request, out) -> TestHost.head(out, 204));
        Map<String, OptionalLong> lengths = Map.of(
                "/five", OptionalLong.of(5),
                "/none", OptionalLong.of(0),
                "/chunks", OptionalLong.empty(),
                "/nothing", OptionalLong.empty());

        lengths.forEach(
                (path, length) -> assertThat(http.get(host.url(path), HostList.all(), LONG, OutsideAnswer::length))
                        .as(path)
                        .isEqualTo(new Answered<>(length)));
    }

    @Test
    void of_the_answer_to_a_post_a_short_body_is_read_and_a_long_one_to_the_limit() {
        for (int length : new int[] {0, 10_000, OutsideHttp.MAX_POST_ANSWER + 10_000}) {
            ByteArrayInputStream body = new ByteArrayInputStream(new byte[length]);
            BasicClassicHttpResponse response = new BasicClassicHttpResponse(200);
            response.setEntity(new InputStreamEntity(body, null));

            assertThat(OutsideHttp.postAnswer(new OutsideAnswer(response))).isEqualTo(new PostAnswer(200, null));
            assertThat(length - body.available()).isEqualTo(Math.min(length, OutsideHttp.MAX_POST_ANSWER));
        }
    }

    @Test
    void other_exceptions_of_the_reader_reach_the_caller() {
        host.serve("/a", new byte[1]);

        assertThatThrownBy(() -> http.get(host.url("/a"), HostList.all(), LONG, answer -> {
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine");
    }

    @Test
    void post_arrives_once_with_its_headers_and_follows_no_redirect() {
        host.redirect("/hook", 307, host.url("/other"));

        assertThat(http.post(host.url("/hook"), Map.of("webhook-id", "x"), "{}".getBytes(UTF_8), LONG))
                .isEqualTo(new Answered<>(new PostAnswer(307, null)));
        assertThat(host.requests()).hasSize(1);
        assertThat(host.requests().getFirst().head())
                .startsWith("POST /hook HTTP/1.1\r\n")
                .contains("webhook-id: x", "Content-Type: application/json");
        assertThat(host.requests().getFirst().body()).isEqualTo("{}");
    }

    @Test
    void post_is_never_repeated() {
        host.on("/cut", (request, out) -> {});

        assertThat(http.post(host.url("/cut"), Map.of(), new byte[10], LONG))
                .extracting(OutsideHttpTest::trouble)
                .isEqualTo(Trouble.CONNECTION_FAILED);
        assertThat(host.connections()).isEqualTo(1);
    }

    @Test
    void status_of_a_post_counts_though_its_body_is_huge_or_never_comes() {
        CountDownLatch hungUp = new CountDownLatch(1);
        host.on("/huge", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: 999999999");
            while (true) {
                out.write(new byte[8192]);
            }
        });
        host.on("/drip", (request, out) -> {
            TestHost.head(out, 503, "Retry-After: 7", "Content-Length: 999999999");
            drip(out, hungUp);
        });

        assertThat(http.post(host.url("/huge"), Map.of(), new byte[0], LONG))
                .isEqualTo(new Answered<>(new PostAnswer(200, null)));
        // Its body never ends, so the whole time passes.
        assertThat(http.post(host.url("/drip"), Map.of(), new byte[0], Duration.ofSeconds(2)))
                .isEqualTo(new Answered<>(new PostAnswer(503, "7")));
    }

    /** A gzip header (RFC 1952, 2.3) with a file name that does not end within a million reads: it unpacks to nothing. */
    private static InputStream longName() {
        byte[] header = HexFormat.of().parseHex("1f8b0808000000000003");
        AtomicInteger reads = new AtomicInteger();
        InputStream name = new InputStream() {
            @Override
            public int read() throws IOException {
                if (reads.incrementAndGet() > 1_000_000) {
                    throw new IOException("read on and on");
                }
                return 'a';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                Arrays.fill(buffer, offset, offset + length, (byte) read());
                return length;
            }
        };
        return new SequenceInputStream(new ByteArrayInputStream(header), name);
    }

    @Test
    void bytes_that_unpack_to_nothing_are_read_until_the_deadline_only() {
        BasicClassicHttpResponse response = new BasicClassicHttpResponse(200);
        response.setHeader("Content-Encoding", "gzip");
        response.setEntity(new InputStreamEntity(longName(), null));
        SingleExchange.Sending over =
                new SingleExchange.Sending(true, new Deadline(Duration.ZERO), new AtomicBoolean());

        assertThatThrownBy(() ->
                        ScopedValue.where(SingleExchange.CURRENT, over).call(() -> new OutsideAnswer(response).body()))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void an_answer_to_a_post_is_not_unpacked() {
        host.on("/endless", (request, out) -> {
            TestHost.head(out, 200, "Content-Encoding: gzip");
            longName().transferTo(out);
        });

        assertThat(http.post(host.url("/endless"), Map.of(), new byte[0], LONG))
                .isEqualTo(new Answered<>(new PostAnswer(200, null)));
    }

    /** Sends single bytes until the client hangs up. Each byte alone arrives within the read time-out. */
    private static void drip(OutputStream out, CountDownLatch hungUp) throws Exception {
        while (!hungUp.await(20, TimeUnit.MILLISECONDS)) {
            out.write(DRIP);
            out.flush();
        }
    }
}
