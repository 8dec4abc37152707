package dev.darkroom.net;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
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
 * Sends one HTTP request once, on its own connection, and knows whether it went out. It repeats nothing and follows no redirect.
 * A kept connection may have died while the function was frozen. A write into it would turn a certain failure into an unknown
 * outcome. Thread-safe.
 */
public final class SingleExchange {
    /** The sending thread binds it for the client's callbacks. */
    static final ScopedValue<Attempt> CURRENT = ScopedValue.newInstance();

    private final CloseableHttpClient client;

    public SingleExchange() {
        this(SystemDefaultDnsResolver.INSTANCE);
    }

    /** @param lookup resolves hosts; their addresses must be public unless the caller trusts them */
    SingleExchange(DnsResolver lookup) {
        client = HttpClients.forSingleExchanges(new AddressGuard(lookup), new MarkingExecutor());
    }

    /** How far one request got. */
    public sealed interface Outcome<T> {
        /** At least the head of an answer came, and the reader took what it wanted. */
        record Answered<T>(T value) implements Outcome<T> {}

        /** No answer came. */
        sealed interface NoAnswer<T> extends Outcome<T> {
            /** A {@link SocketTimeoutException} if the time was over, or if the client's own time-out struck. */
            IOException cause();
        }

        /** The request, or a part of it, may have reached the host. */
        record Lost<T>(IOException cause) implements NoAnswer<T> {}

        /** Not one byte of the request was written or will be written. */
        record NeverSent<T>(IOException cause) implements NoAnswer<T> {}
    }

    /** @param trusted whether the addresses of the request's host need not be public */
    record Attempt(boolean trusted, Deadline deadline, AtomicBoolean sent) {}

    /**
     * Sends the request and passes the answer to the reader, whose {@link IOException} counts as the host's failure. The deadline
     * is hard: a host that sends a byte a second cannot extend it.
     *
     * @param trusted whether the addresses of the request's host need not be public
     */
    public <T> Outcome<T> send(
            HttpUriRequestBase request, URI uri, boolean trusted, Deadline deadline, OutsideAnswer.Reader<T> reader) {
        request.setHeader("Connection", "close");
        // A host that sends a byte a second never reaches a read time-out.
        Thread alarm = Thread.startVirtualThread(() -> {
            try {
                Thread.sleep(deadline.remaining());
                request.cancel();
            } catch (InterruptedException e) {
                // The exchange is over.
            }
        });
        Attempt attempt = new Attempt(trusted, deadline, new AtomicBoolean());
        try {
            return ScopedValue.where(CURRENT, attempt).call(() -> {
                ClassicHttpResponse response = open(request, uri);
                try {
                    return new Outcome.Answered<>(reader.read(new OutsideAnswer(response)));
                } finally {
                    cutOff(request, response);
                }
            });
        } catch (IOException e) {
            IOException cause = deadline.isOver() ? new SocketTimeoutException("the time is over") : e;
            return attempt.sent.get() ? new Outcome.Lost<>(cause) : new Outcome.NeverSent<>(cause);
        } finally {
            alarm.interrupt();
        }
    }

    private ClassicHttpResponse open(HttpUriRequestBase request, URI uri) throws IOException {
        try {
            return client.executeOpen(host(uri), request, null);
        } catch (RuntimeException e) {
            // The client throws several kinds: if the deadline cancels the request while it connects, and if the host
            // answers with status 000.
            throw new IOException(e);
        }
    }

    /** Cuts the connection before the response is closed, because closing it would read the whole rest. */
    private static void cutOff(HttpUriRequestBase request, ClassicHttpResponse response) {
        request.cancel();
        try {
            response.close();
        } catch (IOException e) {
            // The connection is cut off already.
        }
    }

    private static HttpHost host(URI uri) {
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new HttpHost(uri.getScheme(), bare, TrustedHosts.port(uri));
    }

    /**
     * The HTTP client calls it when the connection is open, with TLS, and nothing of the request is written. This is the last
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
