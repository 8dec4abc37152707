package dev.darkroom.snapshot;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/** The hook before Lambda takes a snapshot of this process, and after each restore of it. */
final class Snapshot implements Resource {
    /** Each is a thread that ends at once: enough of them to part instances, few enough for a restore not to show them. */
    private static final int MOST_STEPS = 256;

    /** Lambda holds resources by weak references only. */
    private static final List<Resource> HELD = new ArrayList<>();

    private final Runnable before;

    Snapshot(Runnable before) {
        this.before = before;
    }

    /** Whether Lambda will take one (Lambda Developer Guide, "Runtime environment variables"). */
    static boolean isAsked() {
        return "snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"));
    }

    /** @param before is run before the snapshot; what it throws fails the publishing of the version */
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
    }
}
