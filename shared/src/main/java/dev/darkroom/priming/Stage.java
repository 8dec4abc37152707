package dev.darkroom.priming;

import dev.darkroom.config.Environment;
import dev.darkroom.priming.Scene.Cue;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * Everything outside of a function, for as long as a rehearsal takes: AWS, APIDot, other hosts and the server of credentials, in
 * this process, on the loopback interface, over TLS with certificates that are made for it. So the function's own clients run
 * down to the socket, and nothing leaves the machine.
 */
final class Stage implements AutoCloseable, StageHost.Prompter {
    /** Of so many connections, one is kept for the next call, as AWS's hosts do; the others make handshakes be rehearsed. */
    private static final int KEPT = 4;

    private static final String PASSWORD = "rehearsal";

    private final Map<String, Optional<String>> before = new HashMap<>();
    private final List<StageHost> hosts = new ArrayList<>();
    private final StageHost aws;
    private final StageHost outside;
    private final StageHost credentials;
    private final Path trustStore;

    private List<Cue> cues = List.of();
    private final Map<Cue, Integer> calls = new HashMap<>();
    private boolean unprepared;
    private int answers;
    private boolean ending;

    /** Sets system properties, which the SDK and TLS know no other way for; {@link #close} takes them back. */
    Stage(Instant now) throws IOException, GeneralSecurityException {
        // What is made once and shared must not learn to trust the certificates of a rehearsal.
        SSLContext.getDefault();
        ThrowawayCertificate rsa = ThrowawayCertificate.make(ThrowawayCertificate.Kind.RSA, now);
        ThrowawayCertificate ec = ThrowawayCertificate.make(ThrowawayCertificate.Kind.EC, now);
        try {
            aws = host(rsa.keyManagers());
            outside = host(ec.keyManagers());
            credentials = host(new KeyManager[0]);
            trustStore = trustStore(rsa, ec);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            closeHosts();
            throw e;
        }
        set("javax.net.ssl.trustStore", trustStore.toString());
        set("javax.net.ssl.trustStoreType", "PKCS12");
        set("javax.net.ssl.trustStorePassword", PASSWORD);
        set("aws.containerCredentialsFullUri", "http://" + credentials.authority() + "/credentials");
        set("aws.containerAuthorizationToken", PASSWORD);
    }

    private void set(String property, String value) {
        before.put(property, Optional.ofNullable(System.setProperty(property, value)));
    }

    private StageHost host(KeyManager[] keys) throws IOException {
        StageHost host = new StageHost(keys, this);
        hosts.add(host);
        return host;
    }

    private static Path trustStore(ThrowawayCertificate... certificates) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < certificates.length; i++) {
            store.setCertificateEntry("authority-" + i, certificates[i].authority());
        }
        Path file = Files.createTempFile("rehearsal-", ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    /**
     * The function's environment on the stage. It is made from nothing, so that no secret and no real host can be in it; only what
     * decides which way the code takes is as it will be.
     */
    Environment environment(Environment real) {
        Map<String, String> variables = new HashMap<>();
        for (String setting : List.of("AWS_REGION", "CHECK_SOURCE_IMAGES")) {
            String value = real.optional(setting);
            if (value != null) {
                variables.put(setting, value);
            }
        }
        variables.put("TASKS_TABLE", "rehearsal");
        variables.put("IMAGES_BUCKET", "rehearsal");
        variables.put("AWS_ENDPOINT_URL_DYNAMODB", "https://" + aws.authority());
        variables.put("AWS_ENDPOINT_URL_S3", "https://" + aws.authority());
        variables.put("APIDOT_BASE_URL", "https://" + outside.authority());
        variables.put("TRUSTED_HOSTS", outside.authority() + "," + aws.authority());
        variables.put("APIDOT_API_KEY", "rehearsal");
        variables.put("CALLBACK_BASE_URL", "https://callbacks.example.com");
        variables.put("CALLBACK_SIGNING_KEYS", "rehearsal");
        variables.put("CLIENT_WEBHOOK_SECRETS", "whsec_cmVoZWFyc2FsIHJlaGVhcnNhbCByZWhlYXJzYWw=");
        if (real.optional("APIDOT_WEBHOOK_KEY") != null) {
            variables.put("APIDOT_WEBHOOK_KEY", "rehearsal");
        }
        if ("0".equals(real.optional("DAILY_CREDIT_LIMIT"))) {
            variables.put("DAILY_CREDIT_LIMIT", "0");
        }
        return new Environment(variables);
    }

    /** From now on these calls are expected, and no others. */
    synchronized void begin(List<Cue> expected) {
        cues = expected;
        calls.clear();
        unprepared = false;
    }

    /** How a scene went otherwise than expected. */
    enum Complaint {
        UNPREPARED_CALL,
        CALL_NOT_MADE,
        OTHER_ANSWER
    }

    /** What is wrong with the calls since {@link #begin}, if anything is. */
    synchronized Optional<Complaint> complaint() {
        if (unprepared) {
            return Optional.of(Complaint.UNPREPARED_CALL);
        }
        return calls.keySet().containsAll(cues) ? Optional.empty() : Optional.of(Complaint.CALL_NOT_MADE);
    }

    /** From now on no connection outlives its answer. */
    synchronized void end() {
        ending = true;
    }

    boolean hasConnections() {
        return hosts.stream().anyMatch(StageHost::hasConnections);
    }

    @Override
    public synchronized boolean staysOpen() {
        return !ending && answers++ % KEPT == 0;
    }

    @Override
    public synchronized Reply reply(String call) {
        if (call.equals("GET /credentials")) {
            return credentials();
        }
        if (call.equals("GET /")) {
            // A client's greeting, whenever it comes.
            return Reply.empty(200);
        }
        for (Cue cue : cues) {
            if (call.startsWith(cue.call())) {
                int index = calls.merge(cue, 1, Integer::sum) - 1;
                return cue.replies().get(Math.min(index, cue.replies().size() - 1));
            }
        }
        unprepared = true;
        return Reply.empty(501);
    }

    private static Reply credentials() {
        return Reply.of(200, "application/json", """
            {"AccessKeyId":"rehearsal","SecretAccessKey":"rehearsal","Token":"rehearsal",\
            "Expiration":"2026-01-01T00:00:00Z"}\
            """.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        before.forEach((property, value) -> value.ifPresentOrElse(
                text -> System.setProperty(property, text), () -> System.clearProperty(property)));
        closeHosts();
        Files.delete(trustStore);
    }

    private void closeHosts() throws IOException {
        for (StageHost host : hosts) {
            host.close();
        }
    }
}
