package dev.darkroom.rules;

import dev.darkroom.apidot.ApiDot;
import dev.darkroom.apidot.HandClock;
import dev.darkroom.config.Timing;
import dev.darkroom.media.ImageCopier;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.net.HostList;
import dev.darkroom.net.NameLookup;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TestHost;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.settle.Settlement;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/** A settlement with a real table and bucket, a scripted APIDot, and a clock moved by hand. */
final class SettleBench implements AutoCloseable {
    static final Duration SETTLE_DEADLINE = Duration.ofDays(1);
    static final Duration MAX_POLL = Duration.ofMinutes(10);
    static final int MAX_BYTES = 300_000;

    final HandClock clock = new HandClock();
    final Lines lines = new Lines();
    final NewTasks tasks;

    /** Plays APIDot and the media host. */
    final TestHost host = new TestHost();

    private final List<String> lookedUp = new CopyOnWriteArrayList<>();
    private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
    private final Settlement settlement;

    /** The time that a worker has for a task. */
    private Duration time = Duration.ofSeconds(170);

    SettleBench(Stores stores, List<String> mediaHosts, RandomGenerator random) throws IOException {
        tasks = new NewTasks(stores.own);
        Set<String> trusted = new HashSet<>(host.trusted().hostPorts());
        trusted.add("127.0.0.1:" + TestHost.CLOSED_PORT);
        NameLookup lookup = name -> {
            lookedUp.add(name);
            List<InetAddress> addresses = names.get(name);
            if (addresses == null) {
                throw new UnknownHostException();
            }
            return addresses;
        };
        ImagesBucket bucket = new ImagesBucket(stores.environment(Map.of()));
        settlement = new Settlement(
                new Timing(
                        NewTasks.SUBMIT_DEADLINE, SETTLE_DEADLINE, NewTasks.FIRST_POLL, MAX_POLL, NewTasks.RETENTION),
                stores.counted,
                new ApiDot(URI.create(host.url("")), "an api key", Thread::sleep, clock, RandomGenerator.getDefault()),
                new ImageCopier(
                        new OutsideHttp(new TrustedHosts(trusted), lookup),
                        HostList.parse("MEDIA_HOSTS", mediaHosts),
                        bucket,
                        MAX_BYTES),
                bucket,
                () -> UUID.randomUUID().toString(),
                clock,
                random,
                lines.log());
        names.put("127.0.0.1", List.of(InetAddress.getLoopbackAddress()));
    }

    SettleBench(Stores stores) throws IOException {
        this(stores, List.of(), RandomGenerator.getDefault());
    }

    /** Gives each worker only this much time from now on. */
    void hurry(Duration most) {
        time = most;
    }

    void name(String host, InetAddress... addresses) {
        names.put(host, List.of(addresses));
    }

    /** Returns the hosts that were looked up for a copy, without this machine. */
    List<String> lookedUp() {
        List<String> strangers = new ArrayList<>(lookedUp);
        strangers.removeIf("127.0.0.1"::equals);
        return strangers;
    }

    /** Sets the answer to status reads from now on. */
    void status(TestHost.Script answer) {
        host.on("/api/generate/status/" + NewTasks.UPSTREAM.value(), answer);
    }

    void status(int status, String body) {
        status(answer(status, "application/json", body.getBytes(StandardCharsets.UTF_8)));
    }

    /** Makes status reads report the task as finished with these files from now on. */
    void finishedWith(String... urls) {
        StringBuilder files = new StringBuilder();
        for (String url : urls) {
            files.append(files.isEmpty() ? "" : ",")
                    .append("{\"file_type\":\"image\",\"file_url\":")
                    .append(escaped(url))
                    .append('}');
        }
        status(200, statusBody("finished", ",\"output\":{\"files\":[" + files + "]}"));
    }

    static String statusBody(String word, String more) {
        return "{\"code\":200,\"data\":{\"task_id\":\"" + NewTasks.UPSTREAM.value() + "\",\"status\":\"" + word + "\""
                + more + "}}";
    }

    static TestHost.Script answer(int status, String type, byte[] body) {
        return (request, out) -> {
            TestHost.head(out, status, "Content-Type: " + type, "Content-Length: " + body.length);
            out.write(body);
        };
    }

    static TestHost.Script cut() {
        return (TestHost.Request request, OutputStream out) -> {};
    }

    /** Moves the clock to the task's due time if that is later, wakes the task, and lets a worker look at it. */
    Task look(TaskId id) {
        Task task = tasks.read(id);
        if (task.dueAt() != null && clock.instant().isBefore(task.dueAt())) {
            clock.moveTo(task.dueAt());
        }
        return lookNow(id);
    }

    Task lookNow(TaskId id) {
        tasks.woken(tasks.read(id), clock.instant());
        return settle(id);
    }

    /** Lets a worker look at a task that is due. */
    Task settle(TaskId id) {
        settlement.settle(id, tasks.read(id).updatedAt(), clock.instant().plus(time));
        return tasks.read(id);
    }

    /** Returns a JSON string in pure ASCII, so that any text arrives unchanged, even text that UTF-8 cannot encode. */
    private static String escaped(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> json.append(String.format("\\u%04x", c)));
        return json.append('"').toString();
    }

    @Override
    public void close() throws IOException {
        host.close();
    }
}
