package dev.darkroom.net;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP request once, on a connection of its own, and knows whether it went out. Nothing is repeated or redirected: a
 * connection kept from before may have died while the function was frozen, and a write into it would turn a certain failure into
 * an unknown outcome. Thread-safe.
 */
public final class SingleExchange {
    /** Bound by the thread that sends, for what the client calls back. */
    static final ScopedValue<Attempt> CURRENT = ScopedValue.newInstance();

    private final CloseableHttpClient client;

    /** @param lookup of hosts that must be public, unless the caller trusts them */
    public SingleExchange(NameLookup lookup) {
        client = HttpClients.forSingleExchanges(new AddressGuard(lookup), new MarkingExecutor());
    }

    /** How far one request came. */
    public sealed interface Outcome<T> {
        /** At least the head of an answer came, and the reader took what it wanted. */
        record Answered<T>(T value) implements Outcome<T> {}

        /** The request, or a part of it, may have reached the host. */
        record Lost<T>(IOException cause) implements Outcome<T> {}

        /** Not one byte of the request was written, nor will be. */
        record NeverSent<T>(IOException cause) implements Outcome<T> {}
    }

    /** @param trusted whether the addresses of the request's host need not be public */
    record Attempt(boolean trusted, Deadline deadline, AtomicBoolean sent) {}

    /**
     * Sends the request and hands the answer to the reader, whose {@link IOException} counts as the host's failure. It ends at the
     * deadline, a hard one: a host that sends a byte a second cannot stretch it.
     *
     * @param trusted whether the addresses of the request's host need not be public
     */
    public <T> Outcome<T> send(
            HttpUriRequestBase request, URI uri, boolean trusted, Deadline deadline, OutsideAnswer.Reader<T> reader) {
        request.setHeader("Connection", "close");
        deadline.watch(request);
        Attempt attempt = new Attempt(trusted, deadline, new AtomicBoolean());
        try {
            return ScopedValue.where(CURRENT, attempt).call(() -> {
                ClassicHttpResponse response = client.executeOpen(host(uri), request, null);
                try {
                    return new Outcome.Answered<>(reader.read(new OutsideAnswer(response)));
                } finally {
                    cutOff(request, response);
                }
            });
        } catch (IOException e) {
            return attempt.sent.get() ? new Outcome.Lost<>(e) : new Outcome.NeverSent<>(e);
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

    /**
     * Called by the HTTP client when the connection stands, TLS included, and nothing of the request has been written: the last
     * moment at which "never sent" is certain.
     */
    private static final class MarkingExecutor extends HttpRequestExecutor {
        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                @Nullable HttpResponseInformationCallback informationCallback,
                HttpContext context)
                throws IOException, HttpException {
            Attempt attempt = CURRENT.get();
            if (attempt.deadline.isOver()) {
                throw new SocketTimeoutException("no time to send");
            }
            attempt.sent.set(true);
            return super.execute(request, connection, informationCallback, context);
        }
    }
}
