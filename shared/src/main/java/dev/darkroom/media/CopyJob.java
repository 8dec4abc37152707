package dev.darkroom.media;

import dev.darkroom.task.ImageType;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.time.Duration;

/**
 * One file to copy.
 *
 * @param end the deadline, by the JVM's monotonic clock
 */
record CopyJob(String url, UserId user, TaskId task, int index, long end) {
    static CopyJob within(Duration limit, String url, UserId user, TaskId task, int index) {
        return new CopyJob(url, user, task, index, System.nanoTime() + Math.max(0, limit.toNanos()));
    }

    Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    String key(ImageType type) {
        return ImagesBucket.key(user, task, index, type);
    }

    StoredImage image(ImageType type, long bytes, String sha256, int width, int height) {
        return new StoredImage(key(type), type.contentType(), bytes, sha256, width, height);
    }
}
