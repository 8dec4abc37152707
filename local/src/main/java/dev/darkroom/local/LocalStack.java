package dev.darkroom.local;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.local.apidot.Settings;
import dev.darkroom.local.apidot.SimulatedApiDot;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.local.aws.DynamoDbServer;
import dev.darkroom.local.aws.S3Server;
import dev.darkroom.local.event.AwsEvent;
import dev.darkroom.local.event.Notifications;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.gateway.Gateway;
import dev.darkroom.local.stream.StreamConsumer;
import dev.darkroom.local.stream.StreamPoller;
import dev.darkroom.local.stream.StreamRecord;
import dev.darkroom.local.template.Template;
import dev.darkroom.local.template.Template.Cors;
import dev.darkroom.local.template.Template.EventSource.NewObjects;
import dev.darkroom.local.template.Template.EventSource.Route;
import dev.darkroom.local.template.Template.EventSource.Schedule;
import dev.darkroom.local.template.Template.EventSource.TableStream;
import dev.darkroom.local.template.TemplateException;
import dev.darkroom.local.template.TemplateReader;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.util.HostPort;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The whole system in this process: both HTTP APIs, the table and its stream, the bucket, the schedule and a simulated APIDot,
 * put together as template.yaml says. Everything is in memory and gone after close, unless a folder keeps it.
 */
public final class LocalStack implements AutoCloseable {
    /** If a signal ends Maven alone, Maven does not end the program that it runs. */
    private static final String ENDS_WITH_PARENT = "--ends-with-parent";

    private final Options options;
    private final Environment settings;
    private final Consumer<String> say;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<LocalFunction> scheduled = new ArrayList<>();
    private final List<StreamConsumer> consumers = new ArrayList<>();
    private final Notifications notifications = new Notifications();
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, LocalFunction> functions = new LinkedHashMap<>();
    private final Secrets secrets;
    /** Null: nothing is kept. */
    private final @Nullable DataFolder data;

    private final String host;
    /** None when no function runs here. */
    private final @Nullable Gateway gateway;

    private final SimulatedApiDot apiDot;
    private final DynamoDbServer tables;
    private final URI dynamoDbUrl;
    private final S3Server objects;
    private final URI s3Url;
    private final DynamoDbClient dynamoDb;
    private final S3Client s3;

    private LocalStack(Options options, Consumer<String> say) {
        this.options = options;
        this.say = say;
        this.settings = new Environment(options.settings());
        this.host = options.ports().bind().isLoopbackAddress()
                        || options.ports().bind().isAnyLocalAddress()
                ? "localhost"
                : HostPort.normalizeHost(options.ports().bind().getHostAddress());
        names.put("TasksTable", Objects.requireNonNullElse(settings.optional("TASKS_TABLE"), "darkroom-tasks"));
        names.put("ImagesBucket", Objects.requireNonNullElse(settings.optional("IMAGES_BUCKET"), "darkroom-images"));
        Path dataDir = options.dataDir();
        this.data = dataDir == null ? null : closed(DataFolder.open(dataDir));
        try {
            this.secrets = Secrets.of(settings, data);
            Map<String, String> parameters = Map.of(
                    "AllowedOrigins",
                    Objects.requireNonNullElse(
                            settings.optional("ALLOWED_ORIGINS"), "http://localhost:*,http://127.0.0.1:*"));
            Template template = TemplateReader.read(options.template(), parameters, names);
            say.accept("Template: " + template.functions().size() + " functions");
            this.gateway =
                    options.functions() ? opened("API_PORT", options.ports().api(), at -> Gateway.bind(at)) : null;
            this.tables = opened(
                    "DYNAMODB_PORT",
                    options.ports().dynamoDb(),
                    at -> DynamoDbServer.start(at, data == null ? null : data.tables()));
            this.dynamoDbUrl = url(tables.port());
            this.dynamoDb = closed(Clients.dynamoDb(dynamoDbUrl));
            template.tables().forEach(this::table);
            say.accept("DynamoDB Local: " + dynamoDbUrl);
            // One server has one rule for all; there is one bucket that pages call.
            @Nullable
            Cors cors = template.buckets().stream()
                    .map(Template.Bucket::cors)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            this.objects = opened(
                    "S3_PORT",
                    options.ports().s3(),
                    at -> S3Server.start(at, data == null ? null : data.objects(), cors, notifications::created));
            this.s3Url = url(objects.port());
            this.s3 = closed(Clients.s3(s3Url));
            template.buckets().forEach(each -> S3Server.create(s3, each.name()));
            say.accept("S3: " + s3Url);
            this.apiDot = opened("APIDOT_PORT", options.ports().apiDot(), this::simulatedApiDot);
            say.accept("Simulated APIDot: " + url(apiDot.port()));
            if (gateway != null) {
                serve(gateway, template);
                announceLatest(objects);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Makes the functions and connects them with their event sources. */
    private void serve(Gateway api, Template template) {
        // The handlers' own clients look for credentials where the SDK does.
        System.setProperty("aws.accessKeyId", Clients.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", Clients.SECRET_KEY);
        LocalEnvironment environment = new LocalEnvironment(
                Map.of(
                        "AWS_ENDPOINT_URL_DYNAMODB",
                        dynamoDbUrl.toString(),
                        "AWS_ENDPOINT_URL_S3",
                        s3Url.toString(),
                        "TRUSTED_HOSTS",
                        LocalEnvironment.trustedHosts(
                                settings, host, api.port(), apiDot.port(), dynamoDbUrl.getPort(), s3Url.getPort())),
                settings,
                defaults(),
                options.template().toAbsolutePath().normalize().resolveSibling(""));
        template.functions()
                .forEach(
                        function -> functions.put(function.id(), LocalFunction.of(function, environment.of(function))));
        connect(api, template);
        api.start();
        say.accept("API: " + apiUrl());
    }

    /** Starts everything, and returns when everything answers. Failures that a person can repair are one-line exceptions. */
    public static LocalStack start(Options options) {
        return start(options, line -> {});
    }

    static LocalStack start(Options options, Consumer<String> say) {
        return new LocalStack(options, say);
    }

    private void connect(Gateway api, Template template) {
        template.cors().forEach(api::cors);
        for (Template.Function declared : template.functions()) {
            LocalFunction function = function(declared.id());
            declared.events(Route.class).forEach(route -> api.route(route, function));
            declared.events(TableStream.class)
                    .forEach(stream -> consumers.add(closed(new StreamConsumer(function, stream))));
            declared.events(Schedule.class).forEach(schedule -> scheduled.add(function));
            declared.events(NewObjects.class).forEach(wanted -> notifications.add(wanted, function));
        }
        closed(notifications);
        DynamoDbStreamsClient streams = closed(Clients.streams(dynamoDbUrl));
        for (Template.Table table : template.tables()) {
            List<StreamConsumer> readers = consumers.stream()
                    .filter(consumer -> consumer.table().equals(table.id()))
                    .toList();
            if (!readers.isEmpty()) {
                String arn = dynamoDb.describeTable(request -> request.tableName(table.name()))
                        .table()
                        .latestStreamArn();
                closed(new StreamPoller(streams, arn, tables.writes(), readers)).start();
            }
        }
        Duration every = options.sweepEvery();
        if (every != null) {
            ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("schedule").factory());
            parts.push(timer::shutdownNow);
            var _ = timer.scheduleWithFixedDelay(
                    this::sweepNow, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private SimulatedApiDot simulatedApiDot(InetSocketAddress at) throws Exception {
        Settings pace = options.apiDot();
        return SimulatedApiDot.start(
                at,
                pace.withWebhooks(
                                settings.optional("APIDOT_WEBHOOK_KEY"),
                                pace.webhooks().timeout(),
                                pace.webhooks().backoff())
                        .withReceiverSecrets(
                                List.of(secrets.clientWebhookSecrets().split(",")))
                        .withPublicUrl(
                                at.getPort() == 0 ? null : url(at.getPort()).toString()));
    }

    private void table(Template.Table table) {
        try {
            DynamoDbServer.bringUpToDate(dynamoDb, table);
        } catch (IllegalStateException e) {
            throw new StackException(
                    "The table " + table.name() + " in DATA_DIR was made by another version of Darkroom ("
                            + e.getMessage() + "): go back to that version, or set DATA_DIR to another folder");
        }
    }

    private static void announceLatest(S3Server bucket) {
        try {
            bucket.announceLatest();
        } catch (IOException e) {
            throw new StackException(
                    "The objects in DATA_DIR cannot be read: make them yours again, or set DATA_DIR to another folder");
        }
    }

    /** Values for settings that only a deployment has. */
    private Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("CALLBACK_BASE_URL", apiUrl().toString());
        defaults.put("CALLBACK_SIGNING_KEYS", secrets.callbackSigningKeys());
        defaults.put("CLIENT_WEBHOOK_SECRETS", secrets.clientWebhookSecrets());
        defaults.put("SIGN_IN", "name");
        defaults.put("IMAGES_ORIGIN", s3Url.toString());
        if (settings.optional("APIDOT_API_KEY") == null) {
            if (settings.optional("APIDOT_BASE_URL") != null) {
                throw new StackException(
                        "APIDOT_BASE_URL is set without APIDOT_API_KEY: set both, or neither for the simulated APIDot");
            }
            defaults.put("APIDOT_BASE_URL", url(apiDot.port()).toString());
            defaults.put("APIDOT_API_KEY", Options.SIMULATED_KEY);
        }
        return defaults;
    }

    /** Invokes the scheduled functions now, and waits until they end. */
    public void sweepNow() {
        scheduled.forEach(function -> function.handle(AwsEvent.scheduled(function.id())));
    }

    /** The URL of both HTTP APIs. Throws IllegalStateException if no function runs here. */
    public URI apiUrl() {
        if (gateway == null) {
            throw new IllegalStateException("no function runs here");
        }
        return url(gateway.port());
    }

    public URI dynamoDbUrl() {
        return dynamoDbUrl;
    }

    public URI s3Url() {
        return s3Url;
    }

    public SimulatedApiDot apiDot() {
        return apiDot;
    }

    public DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    /** Requests to the tables that have arrived so far, by operation, {@link #dynamoDb}'s own included. */
    public Map<String, Long> tableCalls() {
        return tables.calls();
    }

    /** Reads of objects that have arrived so far, by the first part of the key: images, previews or uploads. */
    public Map<String, Long> objectReads() {
        return objects.reads();
    }

    public S3Client s3() {
        return s3;
    }

    /** The table's name on this machine. */
    public String tasksTable() {
        return names.getOrDefault("TasksTable", "");
    }

    /** The bucket's name on this machine. */
    public String imagesBucket() {
        return names.getOrDefault("ImagesBucket", "");
    }

    public Secrets secrets() {
        return secrets;
    }

    /** The folder that keeps everything; null if everything is in memory. */
    public @Nullable Path dataDir() {
        return data == null ? null : data.path();
    }

    /** A function by its logical id, to be invoked with an event of one's own. */
    public LocalFunction function(String id) {
        LocalFunction function = functions.get(id);
        if (function == null) {
            throw new IllegalArgumentException("The template has no function " + id);
        }
        return function;
    }

    /** Stream records that their functions did not take in all attempts. */
    public List<StreamRecord> deadRecords() {
        return consumers.stream().flatMap(consumer -> consumer.dead().stream()).toList();
    }

    private URI url(int port) {
        return URI.create("http://" + host + ":" + port);
    }

    private interface Opening<T> {
        T at(InetSocketAddress address) throws Exception;
    }

    /** Opens a server. The only failure that a person meets is a port in use. */
    private <T extends AutoCloseable> T opened(String setting, int port, Opening<T> opening) {
        try {
            return closed(opening.at(new InetSocketAddress(options.ports().bind(), port)));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw new StackException(
                            "Port " + port + " of " + options.ports().bind().getHostAddress()
                                    + " is in use or not allowed: set " + setting + " to a free port, or to 0 for any");
                }
            }
            throw new IllegalStateException("The server for " + setting + " did not start", e);
        }
    }

    /** Remembers a part, so that it closes with the stack. */
    private <T extends AutoCloseable> T closed(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        // Closes in reverse order, so that no part calls a closed one.
        for (AutoCloseable part = parts.poll(); part != null; part = parts.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                say.accept(part.getClass().getSimpleName() + " did not close cleanly: " + e.getClass());
            }
        }
    }

    private static void end(LocalStack stack) {
        stack.close();
        if (stack.dataDir() != null) {
            System.out.println("Everything is kept in " + stack.dataDir());
        }
    }

    /** Runs until it is interrupted, or with {@code --ends-with-parent} until the process that started it is gone. */
    public static void main(String[] arguments) throws InterruptedException {
        long started = System.nanoTime();
        if (List.of(arguments).contains(ENDS_WITH_PARENT)) {
            ProcessHandle.current().parent().ifPresent(parent -> {
                var _ = parent.onExit().thenRun(() -> System.exit(0));
            });
        }
        System.setOut(Terminal.ofProcess());
        try {
            Options options = Options.of(System.getenv());
            LocalStack stack = start(options, System.out::println);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stack), "close"));
            System.out.println(Welcome.text(stack, options, Duration.ofNanos(System.nanoTime() - started)));
        } catch (StackException | TemplateException | ConfigurationException e) {
            System.err.println("Darkroom cannot start: " + e.getMessage());
            System.exit(1);
        }
        Thread.currentThread().join();
    }
}
