package dev.darkroom.net;

import dev.darkroom.net.AddressGuard.ForbiddenAddressException;
import dev.darkroom.net.AddressGuard.Hop;
import dev.darkroom.net.Exchange.Answered;
import dev.darkroom.net.Exchange.Failed;
import dev.darkroom.net.Exchange.Forbidden;
import dev.darkroom.net.Exchange.HostNotListed;
import dev.darkroom.net.Exchange.Trouble;
import dev.darkroom.net.Exchange.Unreadable;
import dev.darkroom.net.Verdict.Allowed;
import dev.darkroom.net.Verdict.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * HTTP to hosts that strangers name: every hop's URL is judged by {@link UrlRules}, every address connected to by
 * {@link PublicAddresses}, and each exchange ends by its limit whatever the other side does. No proxy, cookie, credential,
 * retry, decoding or reuse of a connection: one that slept while the function was frozen would only fail. Thread-safe.
 */
public final class OutsideHttp {
    /** How many redirects a GET follows. */
    public static final int MAX_REDIRECTS = 3;

    /** How much of the answer to a POST is read, in bytes. */
    public static final int MAX_POST_ANSWER = 64 * 1024;

    /** Without a charset: JSON's media type has no such parameter (RFC 8259, 11), and a strict receiver may say so. */
    private static final ContentType JSON = ContentType.create("application/json");

    private static final Timeout CONNECT_LIMIT = Timeout.ofSeconds(5);
    private static final int ANY_NUMBER = 1000;

    private final TrustedHosts trusted;
    private final CloseableHttpClient client;

    public OutsideHttp(TrustedHosts trusted, NameLookup lookup) {
        this.trusted = trusted;
        this.client = client(new AddressGuard(lookup));
    }

    /**
     * GETs a URL, follows its redirects and reads the last answer. The URL and its redirects are read as browsers read them.
     *
     * @param hosts where the URL and its redirects may lead
     * @param limit of everything together, reading included
     * @param reader takes what is wanted from the answer; what it leaves is not fetched. What it throws beside an
     *     {@link IOException} is thrown on.
     */
    public <T> Exchange<T> get(String url, HostList hosts, Duration limit, OutsideAnswer.Reader<T> reader) {
        try (Deadline deadline = new Deadline(limit)) {
            Verdict next = UrlRules.read(url, null, trusted);
            for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
                URI uri;
                switch (next) {
                    case Refused.Forbidden(String reason) -> {
                        return new Forbidden<>(reason);
                    }
                    case Refused.Unreadable(String reason) -> {
                        return new Unreadable<>(reason);
                    }
                    case Allowed allowed -> uri = allowed.uri();
                }
                if (!hosts.allows(uri)) {
                    return new HostNotListed<>();
                }
                switch (send(new HttpGet(uri), uri, deadline, answer -> step(answer, reader))) {
                    case Answered<Step<T>>(Step.Done<T>(T value)) -> {
                        return new Answered<>(value);
                    }
                    case Answered<Step<T>>(Step.Redirect<T>(String location)) ->
                        next = UrlRules.read(location, uri, trusted);
                    case Failed<Step<T>>(Trouble trouble) -> {
                        return new Failed<>(trouble);
                    }
                    case Forbidden<Step<T>>(String reason) -> {
                        return new Forbidden<>(reason);
                    }
                    case Unreadable<Step<T>>(String reason) -> {
                        return new Unreadable<>(reason);
                    }
                    case HostNotListed<Step<T>>() -> {
                        return new HostNotListed<>();
                    }
                }
            }
            return new Forbidden<>("must not redirect more than " + MAX_REDIRECTS + " times");
        }
    }

    /** What the receiver of a POST answered: any status, a redirect's too, and its {@code Retry-After} as it stands. */
    public record PostAnswer(int status, Optional<String> retryAfter) {}

    /**
     * POSTs JSON once and follows no redirect. As soon as the status is known it counts, also if the rest of the answer is never
     * sent.
     */
    public Exchange<PostAnswer> post(String url, Map<String, String> headers, byte[] json, Duration limit) {
        try (Deadline deadline = new Deadline(limit)) {
            return switch (UrlRules.check(url, trusted)) {
                case Refused refused -> new Forbidden<>(refused.reason());
                case Allowed(URI uri) -> {
                    HttpPost post = new HttpPost(uri);
                    headers.forEach(post::setHeader);
                    post.setEntity(new ByteArrayEntity(json, JSON));
                    yield send(post, uri, deadline, OutsideHttp::postAnswer);
                }
            };
        }
    }

    private sealed interface Step<T> {
        record Done<T>(T value) implements Step<T> {}

        record Redirect<T>(String location) implements Step<T> {}
    }

    private static <T> Step<T> step(OutsideAnswer answer, OutsideAnswer.Reader<T> reader) throws IOException {
        Optional<String> location = switch (answer.status()) {
            case 301, 302, 303, 307, 308 -> answer.header("Location");
            default -> Optional.empty();
        };
        return location.isPresent() ? new Step.Redirect<>(location.get()) : new Step.Done<>(reader.read(answer));
    }

    private static PostAnswer postAnswer(OutsideAnswer answer) {
        PostAnswer result = new PostAnswer(answer.status(), answer.header("Retry-After"));
        try {
            // Read to the end when it is near, so that the receiver sees no reset.
            InputStream body = answer.body();
            byte[] buffer = new byte[8192];
            int left = MAX_POST_ANSWER;
            for (int n = 0; n >= 0 && left > 0; left -= n) {
                n = body.read(buffer, 0, Math.min(buffer.length, left));
            }
        } catch (IOException e) {
            // the status came; that is all that counts
        }
        return result;
    }

    private <T> Exchange<T> send(
            HttpUriRequestBase request, URI uri, Deadline deadline, OutsideAnswer.Reader<T> reader) {
        request.setHeader("Accept-Encoding", "identity");
        request.setHeader("Connection", "close");
        deadline.watch(request);
        Hop hop = new Hop(trusted.contains(uri), deadline);
        try {
            return ScopedValue.where(AddressGuard.HOP, hop).call(() -> {
                ClassicHttpResponse response = client.executeOpen(host(uri), request, null);
                try {
                    return new Answered<>(reader.read(new OutsideAnswer(response)));
                } finally {
                    cutOff(request, response);
                }
            });
        } catch (IOException e) {
            return new Failed<>(deadline.isOver() ? Trouble.TIMED_OUT : trouble(e));
        }
    }

    /** Cut before the response is closed, for closing it would read the rest, however much that is. */
    private static void cutOff(HttpUriRequestBase request, ClassicHttpResponse response) {
        request.cancel();
        try {
            response.close();
        } catch (IOException e) {
            // it is cut off
        }
    }

    private static HttpHost host(URI uri) {
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new HttpHost(uri.getScheme(), bare, TrustedHosts.port(uri));
    }

    private static Trouble trouble(IOException failure) {
        return switch (failure) {
            case ForbiddenAddressException e -> Trouble.ADDRESS_NOT_PUBLIC;
            case UnknownHostException e -> Trouble.NAME_NOT_RESOLVED;
            case SSLException e -> Trouble.TLS_FAILED;
            case SocketTimeoutException e -> Trouble.TIMED_OUT;
            default -> Trouble.CONNECTION_FAILED;
        };
    }

    private static CloseableHttpClient client(AddressGuard guard) {
        var operator = new DefaultHttpClientConnectionOperator(
                // A plain `new Socket()` would obey a SOCKS proxy set by system properties.
                socksProxy -> new Socket(Proxy.NO_PROXY),
                null,
                guard,
                RegistryBuilder.<TlsSocketStrategy>create()
                        .register("https", new DefaultClientTlsStrategy(Tls.context()))
                        .build());
        var connections = new PoolingHttpClientConnectionManager(
                operator,
                PoolConcurrencyPolicy.LAX,
                PoolReusePolicy.LIFO,
                TimeValue.NEG_ONE_MILLISECOND,
                ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxLineLength(16 * 1024)
                                .setMaxHeaderCount(200)
                                .build())
                        .build());
        connections.setDefaultConnectionConfig(
                ConnectionConfig.custom().setConnectTimeout(CONNECT_LIMIT).build());
        connections.setMaxTotal(ANY_NUMBER);
        connections.setDefaultMaxPerRoute(ANY_NUMBER);
        return HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setProtocolUpgradeEnabled(false)
                        .setExpectContinueEnabled(false)
                        .build())
                .setUserAgent("Darkroom")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableConnectionState()
                .build();
    }
}
