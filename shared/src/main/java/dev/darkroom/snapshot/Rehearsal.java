package dev.darkroom.snapshot;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Log;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plays a function's scenes at the end of its start, before Lambda takes its snapshot, so that the first event after a restore
 * finds classes loaded and code compiled. It uses another object of the function's handler class than the one that serves later.
 * It has no effect outside the process. A failure is only logged: a slow version is better than one that cannot be published.
 */
public final class Rehearsal {
    private static final int ROUNDS = Integer.getInteger("darkroom.rehearsal.rounds", 50);

    /** Publishing a version waits for the rehearsal. A slow machine plays fewer rounds. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final int REMAINING_MILLIS = 60_000;

    /** How much time is left is all that a handler asks. */
    private static final Context CONTEXT = (Context) Proxy.newProxyInstance(
            Context.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("getRemainingTimeInMillis")) {
                    return REMAINING_MILLIS;
                }
                throw new UnsupportedOperationException(method.getName());
            });

    /** Work that needs a server outside this process. */
    @FunctionalInterface
    public interface Last {
        void accept(Environment real) throws Exception;
    }

    private Rehearsal() {}

    /**
     * Rehearses now, if Lambda takes a snapshot of this process when the function has started.
     *
     * @param handler makes the function's handler from the rehearsal's environment and a log that nobody reads
     * @param scenes for that environment
     * @param last runs once after the scenes, with the function's real environment
     */
    public static void beforeSnapshot(
            BiFunction<Environment, Log, RequestStreamHandler> handler,
            Function<Environment, List<Scene>> scenes,
            Last last) {
        // Lambda Developer Guide, "Runtime environment variables"
        if ("snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"))) {
            play(handler, scenes, last, Environment.ofProcess(), Log.toStandardOutput());
        }
    }

    @SuppressWarnings("CatchingUnchecked") // what is thrown here fails the publishing
    static void play(
            BiFunction<Environment, Log, RequestStreamHandler> handler,
            Function<Environment, List<Scene>> scenes,
            Last last,
            Environment real,
            Log log) {
        long start = System.nanoTime();
        Log unread = new Log(
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), InstantSource.system());
        try (Outside outside = new Outside()) {
            Environment environment = outside.environment(real);
            RequestStreamHandler rehearsed = handler.apply(environment, unread);
            List<Scene> all = scenes.apply(environment);
            Map<Integer, Throwable> failures = new TreeMap<>();
            int round = 0;
            while (round < ROUNDS && System.nanoTime() - start < LONGEST.toNanos()) {
                for (int i = 0; i < all.size(); i++) {
                    Throwable failure = failure(outside, rehearsed, all.get(i));
                    // The last round counts: on a slow machine our own time-outs fail the first ones.
                    failures.compute(i, (_, _) -> failure);
                }
                round++;
            }
            failures.forEach((scene, failure) -> log.error("rehearsal_failed")
                    .with("scene", scene)
                    .cause(failure)
                    .write());
            last.accept(real);
            log.info("primed")
                    .with("rounds", round)
                    .with("millis", (System.nanoTime() - start) / 1_000_000)
                    .write();
        } catch (Throwable e) {
            log.error("rehearsal_failed").cause(e).write();
        }
    }

    @SuppressWarnings("CatchingUnchecked") // a class that cannot be loaded concerns its scene alone
    private static @Nullable Throwable failure(Outside outside, RequestStreamHandler rehearsed, Scene scene) {
        try {
            outside.expect(scene.outside());
            byte[] event = scene.event().getBytes(StandardCharsets.UTF_8);
            rehearsed.handleRequest(new ByteArrayInputStream(event), OutputStream.nullOutputStream(), CONTEXT);
            return outside.isContent() ? null : new IllegalStateException("other calls than expected");
        } catch (Throwable e) {
            return e;
        }
    }
}
