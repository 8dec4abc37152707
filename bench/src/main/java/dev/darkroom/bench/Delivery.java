package dev.darkroom.bench;

import com.amazonaws.services.lambda.runtime.Context;
import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.callback.CallbackHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.deployed.FunctionZip;
import dev.darkroom.local.function.LocalContext;
import dev.darkroom.log.Log;
import dev.darkroom.store.DynamoTaskStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A genuine webhook as the gateway passes it on, and its handler, whose log is discarded. */
final class Delivery {
    /** A context that always has all of its time left. */
    private static final Context CONTEXT =
            new LocalContext("function", 1024, InstantSource.fixed(Instant.EPOCH), Duration.ofMinutes(3));

    private final byte[] event;
    private final CallbackHandler handler;

    Delivery(DynamoDbClient dynamo) throws IOException {
        event = Events.of(FunctionZip.of("callback"));
        handler = new CallbackHandler(
                new Environment(Map.of(CallbackSignature.KEYS, Surroundings.SIGNING_KEY)),
                new DynamoTaskStore(dynamo, "tasks"),
                InstantSource.system(),
                new Log(
                        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                        InstantSource.system()));
    }

    /** Handles the webhook, from the event's bytes to the answer's. */
    byte[] deliver() throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(event), answer, CONTEXT);
        return answer.toByteArray();
    }
}
