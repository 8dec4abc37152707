package dev.darkroom.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.task.StoreUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.SdkClientException;

@Timeout(30)
class SideBySideTest {
    @Test
    void each_key_is_asked_once_all_at_the_same_time_and_answered_in_order() {
        CountDownLatch all = new CountDownLatch(3);
        AtomicInteger calls = new AtomicInteger();

        Map<String, Integer> answers = SideBySide.answers(List.of("ccc", "a", "bb", "a", "ccc"), key -> {
            calls.incrementAndGet();
            all.countDown();
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return key.length();
        });

        assertThat(answers).containsExactly(Map.entry("ccc", 3), Map.entry("a", 1), Map.entry("bb", 2));
        assertThat(calls).hasValue(3);
    }

    @Test
    void a_store_that_is_unavailable_is_told_as_that() {
        assertThatThrownBy(() -> SideBySide.answers(List.of(1), key -> {
                    throw new StoreUnavailableException(SdkClientException.create("no route"));
                }))
                .isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> SideBySide.answers(List.of(1), key -> {
                    throw new IllegalArgumentException("mine");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("mine");
    }
}
