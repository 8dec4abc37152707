package dev.darkroom.sweep;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.store.DynamoDb;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/** Runs every minute, and wakes tasks that nobody reported or that were left unfinished. */
public final class SweepHandler implements RequestStreamHandler {
    /** The time for the answer and the running writes: a callback takes two, of up to four seconds each. */
    private static final Duration RESERVE = Duration.ofSeconds(10);

    private final Sweep sweep;
    private final InstantSource clock;

    /** On Lambda. */
    public SweepHandler() {
        this(sweep(Environment.ofProcess(), Log.toStandardOutput()), InstantSource.system());
    }

    public SweepHandler(Sweep sweep, InstantSource clock) {
        this.sweep = sweep;
        this.clock = clock;
    }

    public static SweepHandler of(Environment environment, Log log) {
        return new SweepHandler(sweep(environment, log), InstantSource.system());
    }

    private static Sweep sweep(Environment environment, Log log) {
        return new Sweep(DynamoDb.open(environment), InstantSource.system(), log);
    }

    /** A sweep needs nothing from the schedule's event. */
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        Sweep.Swept swept = sweep.run(
                clock.instant().plusMillis(context.getRemainingTimeInMillis()).minus(RESERVE));
        Json.Obj answer = Json.object()
                .put("woken", swept.woken())
                .put("overtaken", swept.overtaken())
                .put("lag_seconds", swept.lag().toSeconds())
                .put("complete", swept.complete())
                .build();
        out.write(answer.text().getBytes(StandardCharsets.UTF_8));
    }
}
