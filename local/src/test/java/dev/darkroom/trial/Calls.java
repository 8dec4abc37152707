package dev.darkroom.trial;

import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Counts what an AWS client sends, each attempt by itself. Thread-safe. */
final class Calls implements ExecutionInterceptor {
    private final Map<String, Long> sent = new TreeMap<>();

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        String name = context.request().getClass().getSimpleName().replace("Request", "");
        synchronized (sent) {
            sent.merge(name, 1L, Long::sum);
        }
    }

    /** Requests sent since the last {@link #forget}, by operation. */
    Map<String, Long> sent() {
        synchronized (sent) {
            return new TreeMap<>(sent);
        }
    }

    void forget() {
        synchronized (sent) {
            sent.clear();
        }
    }
}
