package dev.darkroom.snapshot;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/** The hooks before Lambda takes a snapshot of this process, and after each restore. */
final class Snapshot implements Resource {
    /**
     * Each step is a thread that ends at once. So many are enough to tell instances apart, and too few to slow a restore down.
     */
    private static final int MOST_STEPS = 256;

    /** Lambda holds resources by weak references, so this holds them strongly. */
    private static final List<Resource> HELD = new ArrayList<>();

    private final Runnable before;

    Snapshot(Runnable before) {
        this.before = before;
    }

    /** Whether Lambda takes a snapshot (Lambda Developer Guide, "Runtime environment variables"). */
    static boolean isAsked() {
        return "snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"));
    }

    /** @param before runs before the snapshot; an exception from it stops the publishing of the version */
    static void register(Runnable before) {
        Snapshot snapshot = new Snapshot(before);
        HELD.add(snapshot);
        Core.getGlobalContext().register(snapshot);
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        before.run();
    }

    /**
     * Ids and claims come from {@link SecureRandom}, which asks the machine again after a restore. The SDK draws its jitter from
     * generators whose state is in the snapshot. This moves them on by a random number of steps, so that instances that fail
     * together do not retry together. This thread has its own generator. Each new thread takes the next seed of a shared row,
     * which only new threads move on.
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
            // A restore that ends early needs no new jitter.
            Thread.currentThread().interrupt();
        }
    }
}
