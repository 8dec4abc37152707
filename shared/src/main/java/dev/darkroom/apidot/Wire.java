package dev.darkroom.apidot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP request once and knows exactly whether it went out. Nothing is repeated or redirected, and each request
 * has a connection of its own: one kept from before may have died while the function was frozen, and a write into
 * it would turn a certain failure into an unknown outcome. Thread-safe.
 */
final class Wire {
    /** An answer of APIDot's has some hundred bytes; what is longer is cut and then unreadable. */
    static final int MAX_BODY = 2 * 1024 * 1024;

    private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(5);
    private static final String ATTEMPT = "dev.darkroom.apidot.attempt";
    private static final ConnectionReuseStrategy NEVER_REUSED = (request, response, context) -> false;

    private final CloseableHttpClient http = HttpClientBuilder.create()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(256)
                    .setMaxConnTotal(256)
                    .setDefaultConnectionConfig(ConnectionConfig.custom()
                            .setConnectTimeout(CONNECT_TIMEOUT)
                            .build())
                    .build())
            .setDefaultRequestConfig(
                    RequestConfig.custom().setProtocolUpgradeEnabled(false).build())
            .setRequestExecutor(new MarkingExecutor())
            .setConnectionReuseStrategy(NEVER_REUSED)
            .setUserAgent("darkroom")
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableContentCompression()
            .disableCookieManagement()
            .disableAuthCaching()
            .build();

    /** Sends the request and reads the answer within the limit, a hard one: a server that drips cannot stretch it. */
    Exchange exchange(HttpUriRequestBase request, Duration limit) {
        if (!limit.isPositive()) {
            return new Exchange.NeverSent();
        }
        Attempt attempt = new Attempt();
        // A platform thread: a name look-up that hangs would pin a virtual thread's carrier, and Lambda may have one.
        Thread worker = Thread.ofPlatform().daemon().name("apidot").start(() -> run(request, attempt));
        boolean inTime;
        try {
            inTime = worker.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            inTime = false;
        }
        if (!inTime) {
            attempt.abandon();
            request.cancel();
        }
        return attempt.result(!inTime);
    }

    private void run(HttpUriRequestBase request, Attempt attempt) {
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(ATTEMPT, attempt);
        // Left open on purpose: closing would first read the rest of a body, however long; the cancel cuts the
        // connection.
        try {
            ClassicHttpResponse response = http.executeOpen(null, request, context);
            Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
            attempt.answered(response.getCode(), retryAfter == null ? null : retryAfter.getValue());
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                attempt.read(entity.getContent());
            }
        } catch (IOException | RuntimeException e) {
            // How far the attempt came says all that matters; the message may quote an address.
        } finally {
            request.cancel();
        }
    }

    /** How far one request came. Of sending and abandoning the first wins, so "never sent" stays true afterwards. */
    private static final class Attempt {
        private enum Stage {
            CONNECTING,
            SENDING,
            ABANDONED
        }

        private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.CONNECTING);
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private volatile int status;
        private volatile @Nullable String retryAfter;

        void abandon() {
            stage.compareAndSet(Stage.CONNECTING, Stage.ABANDONED);
        }

        void sending() throws IOException {
            if (!stage.compareAndSet(Stage.CONNECTING, Stage.SENDING)) {
                throw new IOException("too late to send");
            }
        }

        void answered(int code, @Nullable String retryAfterHeader) {
            retryAfter = retryAfterHeader;
            status = code;
        }

        void read(InputStream content) throws IOException {
            byte[] chunk = new byte[8192];
            int length = content.read(chunk);
            while (length >= 0 && body.size() < MAX_BODY) {
                body.write(chunk, 0, Math.min(length, MAX_BODY - body.size()));
                length = content.read(chunk);
            }
        }

        Exchange result(boolean timedOut) {
            int code = status;
            if (code != 0) {
                return new Exchange.Answered(code, retryAfter, body.toString(StandardCharsets.UTF_8));
            }
            return stage.get() == Stage.SENDING ? new Exchange.Lost(timedOut) : new Exchange.NeverSent();
        }
    }

    /**
     * Called by the HTTP client when the connection stands, TLS included, and nothing of the request has been written:
     * the last moment at which "never sent" is certain.
     */
    private static final class MarkingExecutor extends HttpRequestExecutor {
        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                @Nullable HttpResponseInformationCallback informationCallback,
                HttpContext context)
                throws IOException, HttpException {
            if (context.getAttribute(ATTEMPT) instanceof Attempt attempt) {
                attempt.sending();
            }
            return super.execute(request, connection, informationCallback, context);
        }
    }
}
