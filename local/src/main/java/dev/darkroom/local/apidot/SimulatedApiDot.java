package dev.darkroom.local.apidot;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * APIDot as a server on this machine: it takes submits, draws pictures, sends webhooks and fails on demand. It also receives the
 * callbacks of Darkroom's clients. The methods here do the same as the {@code /control} routes. Thread-safe.
 */
public final class SimulatedApiDot implements AutoCloseable {
    private static final int BACKLOG = 512;

    /** In code points; APIDot publishes none. */
    private static final int MAX_PROMPT_LENGTH = 32_000;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Settings settings;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Waits waits = new Waits();
    private final Faults faults = new Faults();
    private final HttpClient http;
    private final Webhooks webhooks;
    private final Receiver receiver;
    private final Tasks tasks;
    private final SourcePictures sources;
    private final SubmitRoute submit;
    private final StatusRoute status;
    private final FileRoute files;
    private final ControlRoute control;
    private volatile Shapes shapes = Shapes.ALTERNATING;

    private SimulatedApiDot(HttpServer server, Settings settings) {
        this.server = server;
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(executor)
                .build();
        this.webhooks = new Webhooks(settings, this::shapes, http, executor, waits);
        this.receiver = new Receiver(settings.receiverSecrets(), waits);
        this.tasks = new Tasks(Objects.requireNonNullElse(settings.publicUrl(), baseUrl()));
        this.sources = new SourcePictures(http, executor);
        this.submit = new SubmitRoute(this, new ApiDotRules(MAX_PROMPT_LENGTH), waits);
        this.status = new StatusRoute(this, waits);
        this.files = new FileRoute(this, new Pictures(settings.scenery()), sources, waits);
        this.control = new ControlRoute(this);
    }

    /**
     * Starts the server.
     *
     * @param bind port 0 is any free one
     * @throws IOException the address cannot be bound
     */
    public static SimulatedApiDot start(InetSocketAddress bind, Settings settings) throws IOException {
        HttpServer server = HttpServer.create(bind, BACKLOG);
        SimulatedApiDot apidot = new SimulatedApiDot(server, settings);
        server.setExecutor(apidot.executor);
        server.createContext("/", apidot::serve);
        server.start();
        return apidot;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** The server's URL on this machine, without a slash at its end. */
    public String baseUrl() {
        return "http://localhost:" + port();
    }

    /** The URL for a client's callbacks. {@link #receiver} has them under this name. */
    public String receiverUrl(String name) {
        return baseUrl() + "/receiver/" + name;
    }

    public Faults faults() {
        return faults;
    }

    public Receiver receiver() {
        return receiver;
    }

    public Shapes shapes() {
        return shapes;
    }

    /** From now on, answers and webhooks have these shapes. */
    public void speak(Shapes other) {
        shapes = other;
    }

    /** Counts of everything. */
    public Stats stats() {
        return stats("", "");
    }

    /** Counts of what has this text in its prompt. */
    public Stats stats(String prompt) {
        return stats(prompt, "");
    }

    /** Counts of what has these texts in its prompt and in the callback URL that it was submitted with. */
    public Stats stats(String prompt, String callback) {
        return tasks.stats(prompt, callback);
    }

    /** The tasks whose prompt contains this text, oldest first. */
    public List<SimulatedTask> tasks(String prompt) {
        return tasks.matching(prompt, "");
    }

    public Optional<SimulatedTask> task(String id) {
        return tasks.find(id);
    }

    /** Sends a webhook about this task once, now: again, or forged. IllegalArgumentException: it was submitted without a callback. */
    public WebhookDelivery sendWebhook(SimulatedTask task, WebhookVariant variant) {
        if (task.callbackUrl().isEmpty()) {
            throw new IllegalArgumentException("the task has no callback_url");
        }
        return webhooks.send(task, variant, 1);
    }

    @Override
    public void close() {
        waits.end();
        server.stop(0);
        executor.shutdownNow();
        http.shutdownNow();
    }

    Tasks tasks() {
        return tasks;
    }

    boolean isAuthorized(ApiDotCall call) {
        String authorization = call.header("Authorization");
        return authorization != null
                && authorization.startsWith("Bearer ")
                && settings.apiKeys().contains(authorization.substring("Bearer ".length()));
    }

    SimulatedTask accept(JobRequest job, boolean endsAtOnce) {
        TaskPlan plan = TaskPlan.of(
                settings.pace(), shapes.format(tasks.nextNumber()), faults.takeAll(TaskFault.class, job.prompt()));
        SimulatedTask task = tasks.accept(job, endsAtOnce ? plan.atOnce() : plan);
        sources.fetch(task);
        if (!endsAtOnce && !task.callbackUrl().isEmpty()) {
            executor.execute(() -> follow(task));
        }
        return task;
    }

    /** Sends what is to be sent about the task's end. */
    void reportEnd(SimulatedTask task) {
        if (!task.callbackUrl().isEmpty() && !(task.plan().end() instanceof TaskPlan.End.Never)) {
            webhooks.report(task, faults.takeAll(WebhookFault.class, task.prompt()));
        }
    }

    private void follow(SimulatedTask task) {
        if (task.plan().reportsProgress()
                && waitUntil(task.acceptedAt().plus(task.plan().untilRunning()))) {
            webhooks.deliver(task, WebhookVariant.RUNNING);
        }
        if (waitUntil(task.endsAt())) {
            reportEnd(task);
        }
    }

    private boolean waitUntil(Instant time) {
        Duration left = Duration.between(Instant.now(), time);
        return left.isNegative() || waits.lasting(left.plusMillis(1));
    }

    private void serve(HttpExchange http) throws IOException {
        ApiDotCall call = new ApiDotCall(http);
        try (http) {
            try {
                route(call);
            } catch (IllegalArgumentException e) {
                // Only control routes throw it, before they answer.
                call.answer(400, Reply.error(400, Objects.requireNonNullElse(e.getMessage(), "bad request")));
            } catch (RejectedExecutionException e) {
                // The server is closing, so the connection ends without an answer.
            }
        }
    }

    private void route(ApiDotCall call) throws IOException {
        List<String> path = call.segments();
        String route = call.method() + " " + String.join("/", path);
        if (route.equals("POST api/generate/submit")) {
            submit.handle(call);
        } else if (route.startsWith("GET api/generate/status/") && path.size() == 4) {
            status.handle(call, path.get(3));
        } else if (route.startsWith("GET files/") && path.size() == 3) {
            files.file(call, path.get(1), path.get(2));
        } else if (route.startsWith("GET samples/") && path.size() == 2) {
            files.sample(call, path.get(1));
        } else if (!path.isEmpty() && path.getFirst().equals("receiver") && path.size() == 2) {
            receiver.handle(call, path.get(1));
        } else if (!path.isEmpty() && path.getFirst().equals("control")) {
            control.handle(call, path.subList(1, path.size()));
        } else {
            call.answer(Reply.of(404, Reply.Body.DETAIL));
        }
    }
}
