package dev.darkroom.tasks;

import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.media.PresignedUrls;
import dev.darkroom.request.Source;
import dev.darkroom.request.UploadId;
import dev.darkroom.request.UploadRequest;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.task.Budget;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.UserId;
import dev.darkroom.view.TaskView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A user's own pictures for edits. The bytes go from the client straight to the bucket. An upload has no record, only a count for
 * its day.
 *
 * @param dailyLimit the limit of a user and UTC day; 0 for none
 */
record Uploads(
        DynamoTaskStore store,
        ImagesBucket bucket,
        PresignedUrls urls,
        long maxBytes,
        long dailyLimit,
        InstantSource clock,
        RandomGenerator random) {
    /** How long the client has to begin its PUT. */
    private static final Duration PUT_LIMIT = Duration.ofMinutes(15);

    /** As in the bucket's lifecycle rule. S3 may remove it somewhat later. */
    private static final Duration KEPT = Duration.ofDays(7);

    private static final Duration DELETION_LIMIT = Duration.ofSeconds(10);

    /** {@code POST /api/generate/uploads}. */
    HttpAnswer create(UserId user, HttpRequest request) {
        return Answers.of(request, body -> UploadRequest.parse(body, maxBytes), upload -> create(user, upload));
    }

    private HttpAnswer create(UserId user, UploadRequest upload) {
        Instant now = clock.instant();
        Budget day = Budget.of(user, now);
        if (dailyLimit > 0 && !store.countUpload(day, dailyLimit)) {
            return Answers.error(ApiError.retryLater(
                    ApiError.Type.RATE_LIMITED,
                    "The daily upload limit is reached. A new day begins at midnight UTC.",
                    Duration.between(now, day.end())));
        }
        UploadId id = UploadId.random(upload.type(), random);
        String type = upload.type().contentType();
        Json headers = Json.object()
                .put("Content-Type", type)
                .put("If-None-Match", "*")
                .build();
        Json put = Json.object()
                .put("url", urls.put(id.key(user), type, upload.bytes(), PUT_LIMIT))
                .put("headers", headers)
                .put("expires_time", TaskView.time(now.plus(PUT_LIMIT)))
                .build();
        return Answers.ok(Json.object()
                .put("upload_id", id.value())
                .put("image_url", new Source.Upload(id).text())
                .put("expires_time", TaskView.time(now.plus(KEPT)))
                .put("put", put)
                .build());
    }

    /** {@code DELETE /api/generate/uploads/{upload_id}}: the same answer whether the upload exists or not. */
    HttpAnswer delete(UserId user, HttpRequest request) {
        return UploadId.parse(request.path().getOrDefault("upload_id", ""))
                .map(id -> delete(user, id))
                .orElseGet(() -> Answers.error(ApiError.of(ApiError.Type.NOT_FOUND, "There is no such upload.")));
    }

    private HttpAnswer delete(UserId user, UploadId id) {
        try {
            bucket.remove(List.of(id.key(user)), DELETION_LIMIT);
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
        return Answers.ok(Json.object()
                .put("upload_id", id.value())
                .put("status", "deleted")
                .build());
    }
}
