package dev.darkroom.net;

import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.retries.api.RetryStrategy;

/** Makes all HTTP clients of the functions, also the AWS SDK's. All use the JVM's TLS settings and trust store. */
public final class HttpClients {
    /** A function may be frozen for minutes between two events. The network drops an idle connection without notice. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(30);

    private static final Timeout CONNECT_LIMIT = Timeout.ofSeconds(5);
    private static final int ANY_NUMBER = 1000;

    private static final Backoff AWS_WAITS = awsWaits(Duration.ofMillis(100));
    private static final Backoff AWS_WAITS_IF_THROTTLED = awsWaits(Duration.ofMillis(500));

    private HttpClients() {}

    /**
     * The HTTP client for a client of the SDK. It keeps connections, and checks an idle one before it uses it again.
     *
     * @param connect the longest time for opening a connection
     * @param read the longest time without a byte
     */
    public static SdkHttpClient forAws(Duration connect, Duration read) {
        return Apache5HttpClient.builder()
                .connectionTimeout(connect)
                .socketTimeout(read)
                .connectionMaxIdleTime(LONGEST_IDLE)
                // An expired idle connection is dropped when the next call would use it. A reaper thread would sleep
                // in the snapshot.
                .useIdleConnectionReaper(false)
                .maxConnections(ANY_NUMBER)
                .tlsSocketStrategy(tls())
                .build();
    }

    /**
     * Sets the waits between the attempts of a client of the SDK. Their limits are the SDK's own. But the SDK draws from generators
     * whose state is in the snapshot, so restored copies that fail together would return together.
     */
    public static RetryStrategy.Builder<?, ?> backoff(RetryStrategy.Builder<?, ?> retry) {
        // The SDK counts the attempt that is to come.
        return retry.backoffStrategy(attempt -> AWS_WAITS.after(attempt - 1))
                .throttlingBackoffStrategy(attempt -> AWS_WAITS_IF_THROTTLED.after(attempt - 1));
    }

    private static Backoff awsWaits(Duration first) {
        return new Backoff(first, Duration.ofSeconds(20), new SecureRandom());
    }

    /** A client for {@link SingleExchange}: no proxy, cookie, credential, retry, redirect, decoding or kept connection. */
    static CloseableHttpClient forSingleExchanges(DnsResolver resolver, HttpRequestExecutor executor) {
        var operator = new DefaultHttpClientConnectionOperator(
                socksProxy -> socket(),
                null,
                resolver,
                RegistryBuilder.<TlsSocketStrategy>create()
                        .register("https", tls())
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
        connections.setDefaultMaxPerRoute(ANY_NUMBER);
        return HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setRequestExecutor(executor)
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

    /** The client makes one for each address of a host, and goes on to the next one even if the time is over. */
    private static Socket socket() throws IOException {
        if (SingleExchange.CURRENT.get().deadline().isOver()) {
            throw new SocketTimeoutException("no time to connect");
        }
        // A plain `new Socket()` would use a SOCKS proxy from system properties.
        return new Socket(Proxy.NO_PROXY);
    }

    private static TlsSocketStrategy tls() {
        return DefaultClientTlsStrategy.createSystemDefault();
    }
}
