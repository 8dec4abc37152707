package dev.darkroom.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.Environment;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.net.TestHost;
import dev.darkroom.store.DynamoDb;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;

/** What two copies of one snapshot must not draw alike. */
class ChanceTest {
    enum Edge {
        TABLE,
        BUCKET
    }

    /** A thread's own generator is part of the snapshot. This thread's state before and after a call shows each draw. */
    @ParameterizedTest
    @EnumSource
    void repeated_calls_wait_by_no_generator_whose_state_a_snapshot_copies(Edge edge) throws Exception {
        try (TestHost host = new TestHost()) {
            host.on(
                    "/",
                    (request, out) -> out.write("HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}".getBytes(US_ASCII)));
            host.on(
                    "/images/key",
                    (request, out) -> out.write("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII)));
            Environment environment = new Environment(Map.of(
                    "AWS_REGION", "eu-central-1",
                    "TASKS_TABLE", "tasks",
                    "IMAGES_BUCKET", "images",
                    "AWS_ENDPOINT_URL_DYNAMODB", host.url(""),
                    "AWS_ENDPOINT_URL_S3", host.url("")));
            Runnable call = call(edge, environment);
            long before = state();
            assertThatThrownBy(call::run).isInstanceOfAny(SdkException.class, StoreUnavailableException.class);
            long step = 0x9e3779b97f4a7c15L + (Thread.currentThread().threadId() << 1);
            assertThat((state() - before) * inverse(step))
                    .as("draws, with the last one of this test")
                    .isOne();
            assertThat(host.requests()).hasSizeGreaterThan(1);
        }
    }

    private static Runnable call(Edge edge, Environment environment) {
        return switch (edge) {
            case TABLE -> {
                DynamoTaskStore store = DynamoDb.open(environment);
                yield () -> store.read(TaskId.random(() -> 0));
            }
            case BUCKET -> {
                ImagesBucket bucket = new ImagesBucket(environment, AnonymousCredentialsProvider.create());
                yield () -> bucket.read("key", null, Duration.ofMinutes(1), ResponseTransformer.toBytes());
            }
        };
    }

    /** Returns the state of this thread's generator, after one draw. */
    private static long state() {
        return unmixed(ThreadLocalRandom.current().nextLong());
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
    void the_generator_of_ids_and_waits_has_no_state_that_a_snapshot_could_copy() {
        assertThat(new SecureRandom().getAlgorithm()).isEqualTo("NativePRNG");
    }
}
