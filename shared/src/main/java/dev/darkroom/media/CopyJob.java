package dev.darkroom.media;

import dev.darkroom.net.Deadline;
import dev.darkroom.task.ImageType;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One file to copy.
 *
 * @param createdAt when the task was recorded, which tells apart two records of one id
 * @param stale the ETag of an earlier record's object, which this copy replaces; null until one is found
 */
record CopyJob(
        String url,
        UserId user,
        TaskId task,
        Instant createdAt,
        int index,
        Deadline deadline,
        @Nullable String stale) {
    private static final String CREATED_AT = "created-at";

    CopyJob replacing(@Nullable String etag) {
        return new CopyJob(url, user, task, createdAt, index, deadline, etag);
    }

    Duration remaining() {
        return deadline.remaining();
    }

    String key(ImageType type) {
        return ImagesBucket.key(user, task, index, type);
    }

    /** Says in the object's metadata which record it belongs to. */
    Map<String, String> metadata() {
        return Map.of("task-id", task.value(), CREATED_AT, millis());
    }

    /** Whether an object under the task's keys is this record's. One that does not say it counts as such. */
    boolean isOfThisRecord(Map<String, String> metadata) {
        return metadata.getOrDefault(CREATED_AT, millis()).equals(millis());
    }

    private String millis() {
        return Long.toString(createdAt.toEpochMilli());
    }

    StoredImage image(ImageType type, long bytes, String sha256, int width, int height) {
        return new StoredImage(key(type), type.contentType(), bytes, sha256, width, height);
    }
}
