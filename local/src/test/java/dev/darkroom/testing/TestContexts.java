package dev.darkroom.testing;

import com.amazonaws.services.lambda.runtime.Context;
import dev.darkroom.local.function.LocalContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Lambda contexts whose remaining time never changes. */
public final class TestContexts {
    private TestContexts() {}

    /** Returns a context with this much time left. */
    public static Context withTime(Duration left) {
        return new LocalContext("test", 1769, InstantSource.fixed(Instant.EPOCH), left);
    }
}
