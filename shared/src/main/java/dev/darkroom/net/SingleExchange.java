package dev.darkroom.net;

import dev.darkroom.net.AddressGuard.ForbiddenAddressException;
import dev.darkroom.net.Exchange.Trouble;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
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
    static final ScopedValue<Sending> CURRENT = ScopedValue.newInstance();

    private final CloseableHttpClient client;

    public SingleExchange() {
        this(SystemDefaultDnsResolver.INSTANCE);
    }

    /** @param lookup resolves hosts; their addresses must be public unless the caller trusts them */
    SingleExchange(DnsResolver lookup) {
        client = HttpClients.forSingleExchanges(new AddressGuard(lookup), new MarkingExecutor());
    }

    /** @param trusted whether the addresses of the request's host need not be public */
    record Sending(boolean trusted, Deadline deadline, AtomicBoolean sent) {}

    /**
     * Sends the request and passes the answer to the reader, whose {@link IOException} counts as the host's failure. The deadline
     * is hard: a host that sends a byte a second cannot extend it.
     *
     * @param trusted whether the addresses of the request's host need not be public
     */
    public <T> Exchange.Attempt<T> send(
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
        Sending sending = new Sending(trusted, deadline, new AtomicBoolean());
        try {
            return ScopedValue.where(CURRENT, sending).call(() -> {
                ClassicHttpResponse response = open(request, uri);
                try {
                    return new Exchange.Answered<>(reader.read(new OutsideAnswer(response)));
                } finally {
                    cutOff(request, response);
                }
            });
        } catch (IOException e) {
            return new Exchange.Failed<>(deadline.isOver() ? Trouble.TIMED_OUT : trouble(e), sending.sent.get());
        } finally {
            alarm.interrupt();
        }
    }

    private static Trouble trouble(IOException failure) {
        return switch (failure) {
            case ForbiddenAddressException _ -> Trouble.ADDRESS_NOT_PUBLIC;
            case UnknownHostException _ -> Trouble.NAME_NOT_RESOLVED;
            case SSLException _ -> Trouble.TLS_FAILED;
            case SocketTimeoutException _ -> Trouble.TIMED_OUT;
            default -> Trouble.CONNECTION_FAILED;
        };
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
            Sending sending = CURRENT.get();
            if (sending.deadline.isOver()) {
                throw new SocketTimeoutException("no time to send");
            }
            sending.sent.set(true);
            return super.execute(request, connection, informationCallback, context);
        }
    }
}
