package dev.darkroom.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.crac.Context;
import org.crac.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SnapshotTest {
    /** The seeds of new threads are equal steps apart, hidden by a mixing function that can be inverted. */
    @Test
    void after_a_restore_new_threads_draw_from_another_place_of_the_row() throws Exception {
        Snapshot snapshot = new Snapshot(() -> {});
        List<Long> steps = new ArrayList<>();
        long longest = 0;
        for (int i = 0; i < 5; i++) {
            long before = nextSeed();
            long start = System.nanoTime();
            snapshot.afterRestore(new NoContext());
            longest = Math.max(longest, System.nanoTime() - start);
            steps.add((nextSeed() - before) * inverse(0xbb67ae8584caa73bL));
        }
        System.out.println("steps of a restore: " + steps + ", at most " + longest / 1_000_000 + " ms");
        assertThat(steps).allMatch(step -> step > 1);
        assertThat(Set.copyOf(steps)).as("%s", steps).hasSizeGreaterThan(2);
    }

    /** Returns the seed of a thread made for it. */
    private static long nextSeed() throws InterruptedException {
        AtomicLong drawn = new AtomicLong();
        Thread thread = Thread.ofVirtual()
                .start(() -> drawn.set(ThreadLocalRandom.current().nextLong()));
        thread.join();
        long first = unmixed(drawn.get()) - 0x9e3779b97f4a7c15L - (thread.threadId() << 1);
        return unmixed(first);
    }

    /** Inverts MurmurHash3's finalizer, the JDK's mixing function. */
    private static long unmixed(long mixed) {
        long z = mixed ^ (mixed >>> 33);
        z *= inverse(0xc4ceb9fe1a85ec53L);
        z ^= z >>> 33;
        z *= inverse(0xff51afd7ed558ccdL);
        return z ^ (z >>> 33);
    }

    /** Returns the inverse of an odd number modulo 2^64. */
    private static long inverse(long odd) {
        long guess = odd;
        for (int bits = 3; bits < 64; bits *= 2) {
            guess *= 2 - odd * guess;
        }
        return guess;
    }

    /** The generator asks the kernel each time, so two copies of one snapshot draw different ids. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void the_generator_of_ids_has_no_state_that_a_snapshot_could_copy() {
        assertThat(new SecureRandom().getAlgorithm()).isEqualTo("NativePRNG");
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
