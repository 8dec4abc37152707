package dev.darkroom.priming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.store.DynamoDb;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.crac.Context;
import org.crac.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrimingTest {
    private static final Json.Obj EVENT = Json.object().put("a", 1).build();
    private static final Environment REAL = new Environment(Map.of(
            "AWS_REGION",
            "eu-central-1",
            "APIDOT_API_KEY",
            "real",
            "CALLBACK_SIGNING_KEYS",
            "real",
            "AWS_ENDPOINT_URL_DYNAMODB",
            "https://real.example.com",
            "TASKS_TABLE",
            "real"));

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final List<Environment> seen = Collections.synchronizedList(new ArrayList<>());

    @Test
    void scenes_are_played_many_times_and_one_line_says_so() {
        prime(env -> echo(), Scene.of(EVENT, "{\"a\":1}"));
        assertThat(output()).contains("\"primed\"", "\"rounds\":200").doesNotContain("ERROR");
    }

    @Test
    void what_a_rehearsed_handler_logs_is_read_by_nobody() {
        rehearse(
                (environment, log) -> (in, out, context) -> {
                    log.error("rehearsed").write();
                    in.transferTo(out);
                },
                Scene.of(EVENT, ""));
        assertThat(output()).contains("\"primed\"").doesNotContain("rehearsed");
    }

    @Test
    void the_real_clients_reach_the_stage_and_no_setting_is_real() throws Exception {
        prime(PrimingTest::reading, Scene.of(EVENT, "false").when("GetItem", Reply.written()));
        assertThat(output()).contains("\"primed\"").doesNotContain("ERROR");
        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst().variables().values()).noneMatch(value -> value.contains("real"));
        String left = seen.getFirst().required("AWS_ENDPOINT_URL_DYNAMODB");
        assertThat(isOpen(URI.create(left).getPort())).isFalse();
    }

    /** Their threads would be in the snapshot, and with them all that the rehearsed clients kept. */
    @Test
    void the_sdk_s_clients_leave_no_threads_of_their_own() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        prime(PrimingTest::reading, Scene.of(EVENT, "false").when("GetItem", Reply.written()));
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("sdk-ScheduledExecutor"));
    }

    @Test
    void system_properties_are_as_before() {
        Properties before = (Properties) System.getProperties().clone();
        prime(env -> echo(), Scene.of(EVENT, ""));
        assertThat(System.getProperties()).isEqualTo(before);
    }

    /** A throwing hook would fail the publishing of the version. */
    @ParameterizedTest
    @ValueSource(
            strings = {"a wrong answer", "a call that is not made", "a call too many", "an exception", "no handler"})
    void what_goes_wrong_is_logged_as_an_error_and_thrown_to_nobody(String fault) {
        switch (fault) {
            case "a wrong answer" -> prime(env -> echo(), Scene.of(EVENT, "{\"b\":1}"));
            case "a call that is not made" ->
                prime(env -> echo(), Scene.of(EVENT, "").when("GetItem", Reply.written()));
            case "a call too many" -> prime(PrimingTest::reading, Scene.of(EVENT, "false"));
            case "an exception" ->
                prime(
                        env -> (in, out, context) -> {
                            throw new IOException("as asked");
                        },
                        Scene.of(EVENT, ""));
            default ->
                prime(
                        env -> {
                            throw new NoClassDefFoundError("as asked");
                        },
                        Scene.of(EVENT, ""));
        }
        assertThat(output())
                .contains("\"level\":\"ERROR\",\"event\":\"priming_failed\"")
                .contains(
                        switch (fault) {
                            case "a wrong answer" -> "\"complaint\":\"other_answer\"";
                            case "a call that is not made" -> "\"complaint\":\"call_not_made\"";
                            // Refused, it fails the handler.
                            case "a call too many" -> "\"cause\":\"dev.darkroom.task.StoreUnavailableException\"";
                            case "an exception" -> "\"cause\":\"java.io.IOException\"";
                            default -> "\"cause\":\"java.lang.NoClassDefFoundError\"";
                        });
    }

    @Test
    void a_call_that_nothing_is_prepared_for_is_complained_of() {
        prime(
                env -> (in, out, context) -> {
                    try {
                        reading(env).handleRequest(in, out, context);
                    } catch (StoreUnavailableException e) {
                        in.transferTo(out);
                    }
                },
                Scene.of(EVENT, ""));
        assertThat(output()).contains("\"complaint\":\"unprepared_call\"");
    }

    @Test
    void a_scene_that_fails_once_it_has_gone_well_is_left_out_of_the_rounds_to_come() {
        AtomicInteger times = new AtomicInteger();
        prime(
                env -> (in, out, context) -> {
                    if (times.incrementAndGet() == 3) {
                        throw new IOException("as asked");
                    }
                },
                Scene.of(EVENT, ""));
        assertThat(output()).contains("\"rounds\":200,\"dropped\":1").doesNotContain("ERROR");
        assertThat(times).hasValue(3);
    }

    /** The seeds of new threads are a row of equal steps, hidden by a mixing that can be undone. */
    @Test
    void after_a_restore_new_threads_draw_from_another_place_of_the_row() throws Exception {
        Priming priming = priming((environment, log) -> echo(), Scene.of(EVENT, ""));
        List<Long> steps = new ArrayList<>();
        long longest = 0;
        for (int i = 0; i < 5; i++) {
            long before = nextSeed();
            long start = System.nanoTime();
            priming.afterRestore(new NoContext());
            longest = Math.max(longest, System.nanoTime() - start);
            steps.add((nextSeed() - before) * inverse(0xbb67ae8584caa73bL));
        }
        System.out.println("steps of a restore: " + steps + ", at most " + longest / 1_000_000 + " ms");
        assertThat(steps).allMatch(step -> step > 1);
        assertThat(Set.copyOf(steps)).as("%s", steps).hasSizeGreaterThan(2);
    }

    /** Of a thread made for it. */
    private static long nextSeed() throws InterruptedException {
        AtomicLong drawn = new AtomicLong();
        Thread thread = Thread.ofVirtual()
                .start(() -> drawn.set(ThreadLocalRandom.current().nextLong()));
        thread.join();
        long first = unmixed(drawn.get()) - 0x9e3779b97f4a7c15L - (thread.threadId() << 1);
        return unmixed(first);
    }

    /** What MurmurHash3's finalizer, which the JDK mixes by, made this number of. */
    private static long unmixed(long mixed) {
        long z = mixed ^ (mixed >>> 33);
        z *= inverse(0xc4ceb9fe1a85ec53L);
        z ^= z >>> 33;
        z *= inverse(0xff51afd7ed558ccdL);
        return z ^ (z >>> 33);
    }

    /** Of an odd number, in the arithmetic of 64 bits. */
    private static long inverse(long odd) {
        long guess = odd;
        for (int bits = 3; bits < 64; bits *= 2) {
            guess *= 2 - odd * guess;
        }
        return guess;
    }

    /** It asks the kernel anew: two copies of one snapshot draw different ids. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void the_generator_of_ids_has_no_state_that_a_snapshot_could_copy() {
        assertThat(new SecureRandom().getAlgorithm()).isEqualTo("NativePRNG");
    }

    private interface Making {
        RequestStreamHandler handler(Environment environment, Log log);
    }

    private void prime(Function<Environment, RequestStreamHandler> handler, Scene scene) {
        rehearse((environment, log) -> handler.apply(environment), scene);
    }

    private void rehearse(Making making, Scene scene) {
        priming(making, scene).beforeCheckpoint(new NoContext());
    }

    private Priming priming(Making making, Scene scene) {
        Rehearsal rehearsal = new Rehearsal() {
            @Override
            public RequestStreamHandler handler(Environment environment, Log log) {
                seen.add(environment);
                return making.handler(environment, log);
            }

            @Override
            public List<Scene> scenes(Environment environment) {
                return List.of(scene);
            }
        };
        Log log = new Log(new PrintStream(lines, true, UTF_8), InstantSource.system());
        return new Priming(rehearsal, REAL, log);
    }

    private static RequestStreamHandler echo() {
        return (in, out, context) -> in.transferTo(out);
    }

    private static RequestStreamHandler reading(Environment environment) {
        TaskStore store = DynamoDb.open(environment);
        return (in, out, context) ->
                out.write(Objects.toString(store.read(Records.TASK).isPresent()).getBytes(UTF_8));
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private String output() {
        return lines.toString(UTF_8);
    }

    private static final class NoContext extends Context<Resource> {
        @Override
        public void beforeCheckpoint(Context<? extends Resource> context) {}

        @Override
        public void afterRestore(Context<? extends Resource> context) {}

        @Override
        public void register(Resource resource) {}
    }
}
