package dev.darkroom.net;

import dev.darkroom.priming.Priming;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one of the SDK's clients sends with: the JDK's own connections. The SDK's builder makes the same ones, but reads all
 * certificate authorities while a client is made, where it keeps a cold start waiting, and for plain HTTP too. Here that is done
 * when TLS is used, beside the client's making. Thread-safe.
 */
public final class Connections {
    /** A connection opened ahead is waited for no longer. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final int connectMillis;
    private final int readMillis;
    private @Nullable SSLSocketFactory tls;
    private volatile CountDownLatch ahead = new CountDownLatch(0);

    /**
     * None is opened yet.
     *
     * @param connect longest time until a connection is there
     * @param read longest time without a byte
     */
    public Connections(Duration connect, Duration read) {
        connectMillis = Math.toIntExact(connect.toMillis());
        readMillis = Math.toIntExact(read.toMillis());
        if (Priming.isAsked()) {
            // So that a restored copy need not.
            tls();
        }
    }

    /** A connection to send one request on, for {@code UrlConnectionHttpClient.create}. */
    public HttpURLConnection to(URI uri) {
        await();
        return open(uri);
    }

    /** The same for requests with large bodies, which it sends in large pieces. */
    public HttpURLConnection wide(URI uri) {
        return new WideConnection(to(uri));
    }

    /**
     * Gets what the first call to an endpoint needs, in a thread of its own, and returns at once. Over TLS that is a connection,
     * which takes a JVM that has just started as long as all of a client's making: it asks for {@code /} without credentials,
     * which DynamoDB answers with its health, and the JDK keeps the connection for the next call. What fails here fails again,
     * and is told, where it is used. Nothing of it goes into a snapshot: a restored copy does it first of all.
     *
     * @param endpoint with {@code http} or {@code https}
     * @param then what is done next, beside the call, such as asking for the credentials that it is signed with
     */
    public void openAhead(URI endpoint, Runnable then) {
        if (Priming.isAsked()) {
            Priming.onRestore(() -> start(endpoint, then));
        } else {
            start(endpoint, then);
        }
    }

    private void start(URI endpoint, Runnable then) {
        CountDownLatch done = new CountDownLatch(1);
        ahead = done;
        Thread.ofPlatform().daemon().name("ahead").start(() -> {
            try {
                if ("https".equals(endpoint.getScheme())) {
                    greet(endpoint.resolve("/"));
                }
            } catch (IOException | RuntimeException e) {
                // told where it is used
            } finally {
                done.countDown();
            }
            try {
                then.run();
            } catch (RuntimeException e) {
                // told where it is used
            }
        });
    }

    private void greet(URI uri) throws IOException {
        try (InputStream answer = open(uri).getInputStream()) {
            answer.readAllBytes();
        }
    }

    /** A connection opened meanwhile would only slow the first one down. */
    private void await() {
        try {
            boolean _ = ahead.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpURLConnection open(URI uri) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            if (connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(tls());
            }
            connection.setConnectTimeout(connectMillis);
            connection.setReadTimeout(readMillis);
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is sent yet", e);
        }
    }

    private synchronized SSLSocketFactory tls() {
        SSLSocketFactory made = tls;
        if (made == null) {
            made = Tls.context().getSocketFactory();
            tls = made;
        }
        return made;
    }
}
