package dev.darkroom.priming;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Log;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Rehearses a function before Lambda takes the snapshot that all its instances start from, so that their first events find every
 * class loaded and the code compiled. It has no effect outside of the process, and whatever goes wrong in it is logged and
 * nothing else: a version without a rehearsal is slow, one that can't be published is worse.
 */
public final class Priming implements Resource {
    /** So often that the JVM compiles what is played; fewer where only what is loaded counts, as in a test. */
    private static final int ROUNDS = Integer.getInteger("darkroom.rehearsal.rounds", 200);

    /** On a slow machine it ends earlier; publishing a version waits for it. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** At most so many, until the last connection is used up. */
    private static final int LAST_ROUNDS = 50;

    /** The first round loads everything, so it may take longer, but less than the 130 seconds that Lambda gives a start. */
    private static final Duration FIRST_ROUND = Duration.ofSeconds(90);

    /** On a slow machine our own time-outs strike until most is loaded. */
    private static final int ATTEMPTS = 5;

    /** Each is a thread that ends at once: enough of them to part instances, few enough for a restore not to show them. */
    private static final int MOST_STEPS = 256;

    /** Lambda holds resources by weak references only. */
    private static final List<Resource> HELD = new ArrayList<>();

    /** What a restored copy does first of all. */
    private static final List<Runnable> FIRST_STEPS = new ArrayList<>();

    /** Whether what is made belongs to a rehearsal, and not to the function. */
    private static volatile boolean rehearsing;

    private final Rehearsal rehearsal;
    private final Environment environment;
    private final Log log;

    Priming(Rehearsal rehearsal, Environment environment, Log log) {
        this.rehearsal = rehearsal;
        this.environment = environment;
        this.log = log;
    }

    /** Whether Lambda will take a snapshot of this process (Lambda Developer Guide, "Runtime environment variables"). */
    public static boolean isAsked() {
        return "snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"));
    }

    /** Rehearses before the snapshot. */
    public static void register(Rehearsal rehearsal) {
        Resource priming = new Priming(rehearsal, Environment.ofProcess(), Log.toStandardOutput());
        HELD.add(priming);
        Core.getGlobalContext().register(priming);
    }

    /** Done in each restored copy, before its first event; it must return at once. In a rehearsal it is rehearsed, now. */
    public static void onRestore(Runnable step) {
        if (rehearsing) {
            step.run();
        } else {
            FIRST_STEPS.add(step);
        }
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // what is thrown here fails the publishing
    public void beforeCheckpoint(Context<? extends Resource> context) {
        rehearsing = true;
        try {
            rehearse();
        } catch (Throwable e) {
            log.error("priming_failed").cause(e).write();
        } finally {
            rehearsing = false;
        }
    }

    /**
     * Ids and claims come from {@link SecureRandom}, which asks the machine anew. The SDK draws its jitter from generators whose
     * state is in the snapshot: moved on by chance, so that instances that fail together do not retry together. This thread has
     * one, and each new thread gets the next seed of a row that only new threads move on; some functions call AWS from new threads.
     */
    @Override
    public void afterRestore(Context<? extends Resource> context) {
        SecureRandom chance = new SecureRandom();
        RandomGenerator restored = ThreadLocalRandom.current();
        for (int i = chance.nextInt(1 << 16); i > 0; i--) {
            restored.nextLong();
        }
        try {
            for (int i = chance.nextInt(1, MOST_STEPS); i > 0; i--) {
                Thread.startVirtualThread(ThreadLocalRandom::current).join();
            }
        } catch (InterruptedException e) {
            // A restore that is given up needs no other jitter.
            Thread.currentThread().interrupt();
        }
        // By now, for they may retry too.
        FIRST_STEPS.forEach(Runnable::run);
    }

    private void rehearse() throws Exception {
        long start = System.nanoTime();
        int rounds;
        int dropped = 0;
        Log unread = new Log(
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), InstantSource.system());
        try (Stage stage = new Stage(InstantSource.system().instant())) {
            Environment staged = stage.environment(environment);
            RequestStreamHandler handler = rehearsal.handler(staged, unread);
            List<Scene> scenes = rehearsal.scenes(staged);
            List<Scene> good = new ArrayList<>();
            for (int i = 0; i < scenes.size(); i++) {
                if (!isWithin(FIRST_ROUND, start)) {
                    // What was not played is not primed.
                    failed(i).write();
                    break;
                }
                if (isGood(stage, handler, scenes.get(i), i, start)
                        && scenes.get(i).repeated()) {
                    good.add(scenes.get(i));
                }
            }
            for (rounds = 1; rounds < ROUNDS && isWithin(LONGEST, start); rounds++) {
                dropped += play(stage, handler, good);
            }
            stage.end();
            for (int i = 0; i < LAST_ROUNDS && stage.hasConnections() && isWithin(FIRST_ROUND, start); i++) {
                dropped += play(stage, handler, good);
            }
            if (stage.hasConnections()) {
                throw new IllegalStateException("a connection would get into the snapshot");
            }
        }
        log.info("primed")
                .with("rounds", rounds)
                .with("dropped", dropped)
                .with("millis", (System.nanoTime() - start) / 1_000_000)
                .write();
    }

    private static boolean isWithin(Duration limit, long start) {
        return System.nanoTime() - start < limit.toNanos();
    }

    /** Whether a scene goes as it should, in the end. */
    private boolean isGood(Stage stage, RequestStreamHandler handler, Scene scene, int number, long start) {
        for (int attempt = 1; ; attempt++) {
            Log.Event failed;
            try {
                Optional<Stage.Complaint> complaint = play(stage, handler, scene);
                if (complaint.isEmpty()) {
                    return true;
                }
                failed = failed(number).with("complaint", complaint.get());
            } catch (IOException | RuntimeException | LinkageError e) {
                failed = failed(number).cause(e);
            }
            if (attempt == ATTEMPTS || !isWithin(FIRST_ROUND, start)) {
                failed.write();
                return false;
            }
        }
    }

    private Log.Event failed(int scene) {
        return log.error("priming_failed").with("scene", scene);
    }

    /** Plays them once. One that has gone well and now does not is left out from now on: the rest still gains by the repeats. */
    private static int play(Stage stage, RequestStreamHandler handler, List<Scene> scenes) {
        int before = scenes.size();
        scenes.removeIf(scene -> {
            try {
                return play(stage, handler, scene).isPresent();
            } catch (IOException | RuntimeException | LinkageError e) {
                return true;
            }
        });
        return before - scenes.size();
    }

    private static Optional<Stage.Complaint> play(Stage stage, RequestStreamHandler handler, Scene scene)
            throws IOException {
        stage.begin(scene.cues());
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(scene.eventBytes()), answer, new RehearsalContext());
        return stage.complaint()
                .or(() -> answer.toString(StandardCharsets.UTF_8).contains(scene.answer())
                        ? Optional.empty()
                        : Optional.of(Stage.Complaint.OTHER_ANSWER));
    }
}
