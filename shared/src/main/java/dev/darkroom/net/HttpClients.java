package dev.darkroom.net;

import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
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

/** Makes every HTTP client of the functions, the AWS SDK's too. All speak TLS as the JVM does and trust whom it trusts. */
public final class HttpClients {
    /** A function may sleep for minutes between two events, and what lies between forgets a silent connection. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(30);

    private static final Timeout CONNECT_LIMIT = Timeout.ofSeconds(5);
    private static final int ANY_NUMBER = 1000;

    private HttpClients() {}

    /**
     * What a client of the SDK's sends with. It keeps connections, and looks whether one still stands before it is used again.
     *
     * @param connect longest time until a connection is there
     * @param read longest time without a byte
     */
    public static SdkHttpClient forAws(Duration connect, Duration read) {
        return Apache5HttpClient.builder()
                .connectionTimeout(connect)
                .socketTimeout(read)
                .connectionMaxIdleTime(LONGEST_IDLE)
                // An idle connection is dropped when the next call would take it; a thread for that would sleep in a
                // snapshot.
                .useIdleConnectionReaper(false)
                .maxConnections(ANY_NUMBER)
                .tlsSocketStrategy(tls())
                .build();
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
        connections.setMaxTotal(ANY_NUMBER);
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

    /** One for each address of a host: the client goes on to the next, also when the time is over. */
    private static Socket socket() throws IOException {
        if (SingleExchange.CURRENT.get().deadline().isOver()) {
            throw new SocketTimeoutException("no time to connect");
        }
        // A plain `new Socket()` would obey a SOCKS proxy set by system properties.
        return new Socket(Proxy.NO_PROXY);
    }

    private static TlsSocketStrategy tls() {
        return DefaultClientTlsStrategy.createSystemDefault();
    }
}
