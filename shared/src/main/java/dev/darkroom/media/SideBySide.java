package dev.darkroom.media;

import dev.darkroom.task.StoreUnavailableException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Makes slow calls at once, so that their times do not add up. */
public final class SideBySide {
    private SideBySide() {}

    /**
     * Calls once for each different key, and waits for all of the answers.
     *
     * @return the answers, in the order of the keys
     * @throws StoreUnavailableException if a call threw it
     */
    public static <K, V> Map<K, V> answers(Collection<K> keys, Function<K, V> call) {
        Map<K, Future<V>> calls = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            keys.forEach(key -> calls.computeIfAbsent(key, each -> threads.submit(() -> call.apply(each))));
        }
        Map<K, V> answers = new LinkedHashMap<>();
        calls.forEach((key, answer) -> answers.put(key, result(answer)));
        return answers;
    }

    private static <V> V result(Future<V> answer) {
        try {
            return answer.get();
        } catch (ExecutionException | InterruptedException e) {
            if (e.getCause() instanceof StoreUnavailableException unavailable) {
                throw unavailable;
            }
            throw new IllegalStateException("one of several calls broke", e);
        }
    }
}
