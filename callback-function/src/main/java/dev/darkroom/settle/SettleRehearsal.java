package dev.darkroom.settle;

import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.net.Greeting;
import dev.darkroom.snapshot.Scene;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A task that has ended with an image, which is copied. */
final class SettleRehearsal {
    private static final String TASK = "task-rehearsal-000000000000";

    /** An extended WebP without a frame: the smallest image that is also text. */
    private static final String IMAGE = "RIFF\26\0\0\0WEBPVP8X\n\0\0\0" + "\0".repeat(10);

    private static final int TLS_RECORD = 16 * 1024;

    /** Of 32 MB: more of them made no copy faster. */
    private static final int RECORDS = 2048;

    private SettleRehearsal() {}

    static List<Scene> scenes(Environment environment) {
        Json.Obj task = Json.object().put("S", TASK).build();
        Json.Obj change = Json.object()
                .put("SequenceNumber", "1")
                .put("Keys", Json.object().put("task_id", task).build())
                .build();
        Json.Obj event = Json.object()
                .put(
                        "Records",
                        Json.array(List.of(Json.object().put("dynamodb", change).build())))
                .build();
        return List.of(new Scene(event, Map.of())
                .answered("UpdateItem", """
                    {"Attributes":{"task_id":{"S":"%s"},"user_id":{"S":"rehearsal"},"model":{"S":"gpt-image-2"},\
                    "request":{"S":"{}"},"credits":{"N":"1"},"resolution":{"S":"1K"},"state":{"S":"settling"},\
                    "upstream_task_id":{"S":"rehearsal"},"upstream_from":{"S":"submit"},"claim_id":{"S":"rehearsal"},\
                    "created_at":{"N":"1"},"updated_at":{"N":"1"},"version":{"N":"3"}}}\
                    """.formatted(TASK))
                .answered("GET /api/generate/status/rehearsal", """
                    {"code":200,"data":{"task_id":"rehearsal","status":"finished",\
                    "files":[{"file_type":"image","file_url":"%s/0.webp"}]}}\
                    """.formatted(environment.required("APIDOT_BASE_URL")))
                .answered("GET /0.webp", IMAGE)
                .answered("PUT /rehearsal/images/cmVoZWFyc2Fs/" + TASK + "/0.webp", "{}"));
    }

    /**
     * What no scene brings about. Until the second compiler has had the ciphers of TLS and the hash, a copy takes ten times the CPU time,
     * and the pictures of a rehearsal are too small for that.
     */
    static void last(Environment environment) throws IOException, GeneralSecurityException {
        Greeting.dynamoDb(environment);
        SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] plain = new byte[TLS_RECORD];
        ByteBuffer sealed = ByteBuffer.allocate(TLS_RECORD + 16);
        for (int record = 0; record < RECORDS; record++) {
            GCMParameterSpec nonce = new GCMParameterSpec(
                    128, ByteBuffer.allocate(12).putInt(record).array());
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce);
            cipher.doFinal(ByteBuffer.wrap(plain), sealed.clear());
            cipher.init(Cipher.DECRYPT_MODE, key, nonce);
            cipher.doFinal(sealed.flip(), ByteBuffer.wrap(plain));
            sha256.update(plain);
        }
    }
}
