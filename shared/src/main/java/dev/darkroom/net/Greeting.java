package dev.darkroom.net;

import dev.darkroom.config.Environment;
import java.io.IOException;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.apache.hc.client5.http.classic.methods.HttpGet;

/**
 * Makes requests over TLS, so that the snapshot has its classes, the JVM's trusted authorities, and compiled code for the keys: a
 * first event opens its own connections.
 */
public final class Greeting {
    /** For one request, and for the beginning of the last one. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** More of them make no first event faster. */
    private static final int REQUESTS = 20;

    private Greeting() {}

    /**
     * Asks DynamoDB's endpoint for its health, which needs no credentials. It drops each TLS session, so that every request and
     * every restored copy negotiates its own keys.
     *
     * @throws IOException if there is no answer
     */
    public static void dynamoDb(Environment environment) throws IOException, NoSuchAlgorithmException {
        String endpoint = environment.optional("AWS_ENDPOINT_URL_DYNAMODB");
        if (endpoint == null || !endpoint.startsWith("https:")) {
            return;
        }
        URI uri = URI.create(endpoint).resolve("/");
        SingleExchange http = new SingleExchange();
        Deadline lastBegins = new Deadline(LIMIT);
        for (int i = 0; i < REQUESTS && !lastBegins.isOver(); i++) {
            greet(http, uri);
        }
    }

    private static void greet(SingleExchange http, URI uri) throws IOException, NoSuchAlgorithmException {
        if (http.send(new HttpGet(uri), uri, true, new Deadline(LIMIT), OutsideAnswer::status)
                instanceof Exchange.Failed<Integer>(Exchange.Trouble trouble, boolean _)) {
            throw new IOException(trouble.name());
        }
        SSLSessionContext sessions = SSLContext.getDefault().getClientSessionContext();
        for (byte[] id : Collections.list(sessions.getIds())) {
            SSLSession session = sessions.getSession(id);
            if (session != null) {
                session.invalidate();
            }
        }
    }
}
