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

/** Webhooks as APIDot would send them, to a stack with these secrets. */
record Reports(Secrets secrets) {
    /** What APIDOT_WEBHOOK_KEY must be. */
    static final String KEY = "webhook-key";

    static final String TIMESTAMP_HEADER = "X-Webhook-Timestamp";
    static final String SIGNATURE_HEADER = "X-Webhook-Signature";

    /** Where a task's webhooks go. */
    String path(String task) {
        CallbackSignature signature = new CallbackSignature(List.of(secrets.callbackSigningKeys()));
        return "/callbacks/apidot/" + task + "/" + signature.of(new TaskId(task));
    }

    /** A report of an upstream task's end. */
    static String finished(String upstream) {
        return "{\"task_id\":\"" + upstream + "\",\"status\":\"finished\"}";
    }

    /** Whom a report names. */
    static String upstreamId(Json.Obj report) {
        Json.Obj data = report.object("data");
        return Objects.requireNonNull((data == null ? report : data).string("task_id"));
    }

    /** The headers of a report, as openapi.yaml describes them. */
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
