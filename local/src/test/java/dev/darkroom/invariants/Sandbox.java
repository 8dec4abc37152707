package dev.darkroom.invariants;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.apidot.ApiDot;
import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.apidot.CallbackUrls;
import dev.darkroom.apidot.HandClock;
import dev.darkroom.apidot.Pause;
import dev.darkroom.callback.CallbackHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.config.Timing;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.log.Log;
import dev.darkroom.media.ImageCopier;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.media.PresignedUrls;
import dev.darkroom.net.HttpClients;
import dev.darkroom.net.NameLookup;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.notify.Notification;
import dev.darkroom.notify.NotifyHandler;
import dev.darkroom.notify.Schedule;
import dev.darkroom.notify.WebhookSecrets;
import dev.darkroom.settle.SettleHandler;
import dev.darkroom.settle.Settlement;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.submit.Sources;
import dev.darkroom.submit.Submission;
import dev.darkroom.submit.SubmitHandler;
import dev.darkroom.sweep.Sweep;
import dev.darkroom.sweep.SweepHandler;
import dev.darkroom.task.TaskStore;
import dev.darkroom.tasks.TasksHandler;
import dev.darkroom.testing.TestContexts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * One instance of one function, as Lambda keeps it: reused until it dies during an invocation. All its calls pass the gate, under an
 * address of its own.
 */
final class Sandbox {
    static final String CLIENT_HOST = "client.proof";
    static final String MEDIA_HOST = "media.proof";
    static final String API_KEY = "proof-api-key-5f2c";
    static final String WEBHOOK_SECRET = "whsec_cHJvb2Ytd2ViaG9vay1zZWNyZXQtb2YtMzItYnl0ZXM=";
    static final Duration SUBMIT_DEADLINE = Duration.ofMinutes(15);
    static final Duration SETTLE_DEADLINE = Duration.ofDays(1);
    private static final Timing TIMING = new Timing(
            SUBMIT_DEADLINE, SETTLE_DEADLINE, Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofDays(37));
    static final long DAILY_LIMIT = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** The functions that a task meets on its way. */
    enum Function {
        SUBMIT,
        CALLBACK,
        SETTLE,
        SWEEP,
        NOTIFY,
        TASKS
    }

    sealed interface Outcome {
        record Answered(Json.Obj answer) implements Outcome {}

        record Crashed() implements Outcome {}
    }

    private final InetAddress address;
    private final Environment environment;
    private final RequestStreamHandler handler;
    private final HandClock moved;
    private final InstantSource clock;
    private volatile @Nullable Instant stopped;
    private final Log log;
    private final UnaryOperator<TaskStore> tampering;
    private final CompletableFuture<Outcome> death = new CompletableFuture<>();

    Sandbox(
            Function function,
            InetAddress address,
            Gate gate,
            String stores,
            HandClock clock,
            Log log,
            UnaryOperator<TaskStore> tampering) {
        this.address = address;
        this.environment = environment(address, gate, stores);
        this.moved = clock;
        this.clock = () -> Optional.ofNullable(stopped).orElseGet(moved::instant);
        this.log = log;
        this.tampering = tampering;
        this.handler = handler(function);
    }

    /**
     * Returns the settings that the template would give to an instance.
     *
     * @param stores the name of the table and of the bucket
     */
    static Environment environment(InetAddress address, Gate gate, String stores) {
        String host = address.getHostAddress();
        int apiDot = gate.port(Gate.Target.APIDOT);
        Map<String, String> settings = new HashMap<>();
        settings.put("AWS_REGION", Clients.REGION);
        settings.put("TASKS_TABLE", stores);
        settings.put("IMAGES_BUCKET", stores);
        settings.put("AWS_ENDPOINT_URL_DYNAMODB", "http://" + host + ":" + gate.port(Gate.Target.DYNAMODB));
        settings.put("AWS_ENDPOINT_URL_S3", "http://" + host + ":" + gate.port(Gate.Target.S3));
        settings.put("APIDOT_BASE_URL", "http://" + host + ":" + apiDot);
        settings.put("CALLBACK_SIGNING_KEYS", "proof-signing-key");
        settings.put("CLIENT_WEBHOOK_SECRETS", WEBHOOK_SECRET);
        settings.put(
                "TRUSTED_HOSTS", "%s:%d,%s:%d,%s:%d".formatted(host, apiDot, MEDIA_HOST, apiDot, CLIENT_HOST, apiDot));
        return new Environment(settings);
    }

    private RequestStreamHandler handler(Function function) {
        TrustedHosts trusted = TrustedHosts.parse("TRUSTED_HOSTS", environment.list("TRUSTED_HOSTS"));
        DynamoTaskStore table = table();
        TaskStore store = tampering.apply(table);
        // Every host name resolves to the address that leads through the gate.
        OutsideHttp http = new OutsideHttp(trusted, (NameLookup) host -> List.of(address));
        return switch (function) {
            case SUBMIT -> {
                Submission submission = new Submission(
                        TIMING,
                        DAILY_LIMIT,
                        store,
                        new Sources(environment, store, http, new PresignedUrls(environment), trusted, clock, log)
                                ::check,
                        apiDot(),
                        new CallbackUrls(CallbackSignature.of(environment), URI.create("https://callbacks.proof")),
                        pause(),
                        clock,
                        new SecureRandom(),
                        log);
                yield new SubmitHandler(environment, submission, log);
            }
            case CALLBACK -> new CallbackHandler(environment, store, clock, log);
            case SETTLE ->
                new SettleHandler(
                        new Settlement(
                                TIMING,
                                store,
                                apiDot(),
                                new ImageCopier(environment, http, new ImagesBucket(environment)),
                                new ImagesBucket(environment),
                                () -> UUID.randomUUID().toString(),
                                clock,
                                new SecureRandom(),
                                log),
                        clock,
                        log);
            case TASKS -> new TasksHandler(environment, store, table, clock, log);
            case SWEEP -> new SweepHandler(new Sweep(store, clock, log), clock);
            case NOTIFY ->
                new NotifyHandler(
                        new Notification(
                                store,
                                http,
                                WebhookSecrets.of(environment),
                                Duration.ofSeconds(10),
                                Schedule.of(environment),
                                Duration.ofDays(37),
                                new PresignedUrls(environment)::download,
                                () -> UUID.randomUUID().toString(),
                                clock,
                                new SecureRandom(),
                                log),
                        log);
        };
    }

    /**
     * The product's client with longer time-outs: a call that a busy machine repeats would move the place of the crash. It has no
     * thread that an instance which died would leave behind.
     */
    private DynamoTaskStore table() {
        return new DynamoTaskStore(
                DynamoDbClient.builder()
                        .region(Region.of(Clients.REGION))
                        .endpointOverride(URI.create(environment.required("AWS_ENDPOINT_URL_DYNAMODB")))
                        .credentialsProvider(
                                DefaultCredentialsProvider.builder().build())
                        .httpClient(HttpClients.forAws(PATIENCE, PATIENCE))
                        .build(),
                environment.required("TASKS_TABLE"));
    }

    private ApiDot apiDot() {
        URI base = URI.create("http://" + environment.list("TRUSTED_HOSTS").getFirst());
        return new ApiDot(base, API_KEY, pause(), clock, new SecureRandom());
    }

    /** A pause moves the clock; a dead instance moves nothing. */
    private Pause pause() {
        return time -> {
            if (isDead()) {
                throw new InterruptedException("dead");
            }
            moved.move(time);
        };
    }

    InetAddress address() {
        return address;
    }

    boolean isDead() {
        return death.isDone();
    }

    /** Called by the gate when it kills this instance. */
    void died() {
        death.complete(new Outcome.Crashed());
    }

    /**
     * Runs the handler with its own clock stopped, as a function that is held up without noticing. Its time limits then do not depend on
     * how other actors move the time.
     */
    void invokeHeldUp(Json.Obj event) {
        stopped = moved.instant();
        try {
            Outcome outcome = invoke(event);
            if (outcome instanceof Outcome.Crashed) {
                throw new IllegalStateException("nobody was to die");
            }
        } finally {
            stopped = null;
        }
    }

    /** Runs the handler until it answers or dies, whichever comes first. */
    Outcome invoke(Json.Obj event) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                answer.complete(new Outcome.Answered(call(handler, event)));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            // Death wins: the answer of a dead function reaches nobody.
            Object first = CompletableFuture.anyOf(death, answer).get();
            if (isDead()) {
                thread.interrupt();
                return new Outcome.Crashed();
            }
            return (Outcome) first;
        } catch (InterruptedException | ExecutionException e) {
            if (isDead()) {
                return new Outcome.Crashed();
            }
            throw new IllegalStateException("the handler threw", e);
        }
    }

    static Json.Obj call(RequestStreamHandler handler, Json.Obj event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            handler.handleRequest(
                    new ByteArrayInputStream(event.text().getBytes(StandardCharsets.UTF_8)),
                    out,
                    TestContexts.withTime(Duration.ofMinutes(1)));
            return Json.parse(out.toString(StandardCharsets.UTF_8)) instanceof Json.Obj answer
                    ? answer
                    : Json.object().build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new IllegalStateException("the handler wrote no JSON", e);
        }
    }
}
