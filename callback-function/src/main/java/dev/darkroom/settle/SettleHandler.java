package dev.darkroom.settle;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.apidot.ApiDot;
import dev.darkroom.config.Environment;
import dev.darkroom.config.Timing;
import dev.darkroom.lambda.StreamBatch;
import dev.darkroom.log.Log;
import dev.darkroom.media.ImageCopier;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.snapshot.Rehearsal;
import dev.darkroom.snapshot.WarmCiphers;
import dev.darkroom.store.DynamoDb;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/** The table's stream calls it for tasks that became due and for tasks that are being deleted. */
public final class SettleHandler implements RequestStreamHandler {
    /** The time for the last writes and the answer. */
    private static final Duration RESERVE = Duration.ofSeconds(10);

    private final Settlement settlement;
    private final InstantSource clock;
    private final Log log;

    /** On Lambda. */
    public SettleHandler() {
        Log log = Log.toStandardOutput();
        this(settlement(Environment.ofProcess(), log), InstantSource.system(), log);
        Rehearsal.beforeSnapshot(SettleHandler::of, SettleRehearsal::scenes, WarmCiphers::last);
    }

    public SettleHandler(Settlement settlement, InstantSource clock, Log log) {
        this.settlement = settlement;
        this.clock = clock;
        this.log = log;
    }

    public static SettleHandler of(Environment environment, Log log) {
        return new SettleHandler(settlement(environment, log), InstantSource.system(), log);
    }

    private static Settlement settlement(Environment environment, Log log) {
        TrustedHosts trusted = TrustedHosts.of(environment);
        ImagesBucket bucket = new ImagesBucket(environment);
        return new Settlement(
                Timing.of(environment),
                DynamoDb.open(environment),
                ApiDot.of(environment, trusted),
                new ImageCopier(environment, new OutsideHttp(trusted), bucket),
                bucket,
                () -> UUID.randomUUID().toString(),
                InstantSource.system(),
                new SecureRandom(),
                log);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        Instant by =
                clock.instant().plusMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
        StreamBatch.serve(in, out, woken -> settlement.settle(woken.task(), woken.since(), by), log);
    }
}
