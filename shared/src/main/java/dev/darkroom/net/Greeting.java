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

/** Makes one request over TLS, so that the snapshot has the TLS classes and the JVM's trusted authorities. */
public final class Greeting {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Greeting() {}

    /**
     * Asks DynamoDB's endpoint for its health, which needs no credentials. It drops the TLS session, so that each restored copy
     * negotiates its own keys.
     *
     * @throws IOException if there is no answer
     */
    public static void dynamoDb(Environment environment) throws IOException, NoSuchAlgorithmException {
        String endpoint = environment.optional("AWS_ENDPOINT_URL_DYNAMODB");
        if (endpoint == null || !endpoint.startsWith("https:")) {
            return;
        }
        URI uri = URI.create(endpoint).resolve("/");
        try (Deadline deadline = new Deadline(LIMIT)) {
            SingleExchange http = new SingleExchange(NameLookup.system());
            switch (http.send(new HttpGet(uri), uri, true, deadline, OutsideAnswer::status)) {
                case SingleExchange.Outcome.Answered<Integer> _ -> {}
                case SingleExchange.Outcome.NoAnswer<Integer> none -> throw none.cause();
            }
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
