package dev.darkroom.media;

import dev.darkroom.net.Deadline;
import dev.darkroom.task.ImageType;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.time.Duration;

/** One file to copy. */
record CopyJob(String url, UserId user, TaskId task, int index, Deadline deadline) {
    Duration remaining() {
        return deadline.remaining();
    }

    String key(ImageType type) {
        return ImagesBucket.key(user, task, index, type);
    }

    StoredImage image(ImageType type, long bytes, String sha256, int width, int height) {
        return new StoredImage(key(type), type.contentType(), bytes, sha256, width, height);
    }
}
