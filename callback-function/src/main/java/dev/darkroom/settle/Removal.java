package dev.darkroom.settle;

import dev.darkroom.log.Log;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.task.Deleting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Removes the objects of a deleted task. Any number of workers may do it, any number of times. After a crash or a failure of the
 * bucket, the sweep's next wake repeats it. Thread-safe.
 */
record Removal(TaskStore store, ImagesBucket bucket, Duration retention, InstantSource clock, Log log) {

    /** @throws dev.darkroom.task.StoreUnavailableException if the table does not answer */
    void remove(Task task, Instant by) {
        Instant began = clock.instant();
        TaskId id = task.id();
        try {
            List<String> images = bucket.images(task.user(), id, left(by));
            if (!images.isEmpty()) {
                Deleting.foundImage(task, began).ifPresent(store::write);
                bucket.remove(images, left(by));
            }
            // Only after the images: while an image exists, PreviewFunction could make another preview.
            List<String> previews = bucket.previews(task.user(), id, left(by));
            bucket.remove(previews, left(by));
            Optional<Write.Update> tombstone =
                    images.isEmpty() ? Deleting.foundNone(task, began, retention) : Optional.empty();
            boolean over = tombstone.isPresent() && store.write(tombstone.get()) instanceof Written.Applied;
            log.info(over ? "task_deleted" : "objects_removed")
                    .task(id)
                    .with("images", images.size())
                    .with("previews", previews.size())
                    .write();
        } catch (SdkException e) {
            log.error("objects_not_removed").task(id).cause(e).write();
        }
    }

    private Duration left(Instant by) {
        return Duration.between(clock.instant(), by);
    }
}
