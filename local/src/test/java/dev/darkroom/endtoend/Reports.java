package dev.darkroom.endtoend;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.json.Json;
import dev.darkroom.local.Secrets;
import dev.darkroom.task.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes webhooks as APIDot sends them, for a stack with these secrets. */
record Reports(Secrets secrets) {
    /** The value that APIDOT_WEBHOOK_KEY must have. */
    static final String KEY = "webhook-key";

    static final String TIMESTAMP_HEADER = "X-Webhook-Timestamp";
    static final String SIGNATURE_HEADER = "X-Webhook-Signature";

    /** Returns the path for a task's webhooks, with its signature. */
    String path(String task) {
        CallbackSignature signature = new CallbackSignature(List.of(secrets.callbackSigningKeys()));
        return "/callbacks/apidot/" + task + "/" + signature.of(new TaskId(task));
    }

    /** Returns the body of a webhook for a finished upstream task. */
    static String finished(String upstream) {
        return "{\"task_id\":\"" + upstream + "\",\"status\":\"finished\"}";
    }

    /** Returns the upstream id in a webhook's body. */
    static String upstreamId(Json.Obj report) {
        Json.Obj data = report.object("data");
        return Objects.requireNonNull((data == null ? report : data).string("task_id"));
    }

    /** Returns the headers of a webhook as openapi.yaml describes them. */
    static String[] signed(String upstream) throws Exception {
        String now = Long.toString(Instant.now().getEpochSecond());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signature = mac.doFinal((upstream + "." + now).getBytes(StandardCharsets.UTF_8));
        return new String[] {
            TIMESTAMP_HEADER, now, SIGNATURE_HEADER, Base64.getEncoder().encodeToString(signature)
        };
    }
}
