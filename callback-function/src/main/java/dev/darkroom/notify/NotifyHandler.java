package dev.darkroom.notify;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.config.Timing;
import dev.darkroom.lambda.StreamBatch;
import dev.darkroom.log.Log;
import dev.darkroom.media.PresignedUrls;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.store.DynamoDb;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/** The table's stream calls it for callbacks that became due. */
public final class NotifyHandler implements RequestStreamHandler {
    private final Notification notification;
    private final Log log;

    /** On Lambda. */
    public NotifyHandler() {
        Log log = Log.toStandardOutput();
        this(notification(Environment.ofProcess(), log), log);
    }

    public NotifyHandler(Notification notification, Log log) {
        this.notification = notification;
        this.log = log;
    }

    public static NotifyHandler of(Environment environment, Log log) {
        return new NotifyHandler(notification(environment, log), log);
    }

    private static Notification notification(Environment environment, Log log) {
        TrustedHosts trusted = TrustedHosts.of(environment);
        return new Notification(
                DynamoDb.open(environment),
                new OutsideHttp(trusted),
                WebhookSecrets.of(environment),
                Notification.ATTEMPT,
                Schedule.of(environment),
                Timing.of(environment).retention(),
                new PresignedUrls(environment)::download,
                () -> UUID.randomUUID().toString(),
                InstantSource.system(),
                new SecureRandom(),
                log);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        StreamBatch.serve(in, out, woken -> notification.notify(woken.task()), log);
    }
}
