package dev.darkroom.view;

import dev.darkroom.json.Json;
import dev.darkroom.request.ImageRequest;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UpstreamStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes a task as APIDot's status answer has it. {@code downloads} makes the presigned URL of a key, for its owner. */
public final class TaskView {

    private TaskView() {}

    /** The data of the client's callback: the status answer without what the receiver knows already. */
    public static Json.Obj ended(Task task, UnaryOperator<String> downloads) {
        return view(task, downloads).build();
    }

    /** The data of the status answer and of a list's entry. */
    public static Json.Obj status(Task task, UnaryOperator<String> downloads) {
        return withCallback(view(task, downloads).put("input", ImageRequest.inputOf(task.request())), task);
    }

    /** The task's status, as one of APIDot's four. */
    public static UpstreamStatus statusOf(Task task) {
        return switch (task.state()) {
            case SUBMITTING, ACCEPTED, DUE, SETTLING ->
                task.upstreamStatus() == null || task.upstreamStatus() == UpstreamStatus.NOT_STARTED
                        ? UpstreamStatus.NOT_STARTED
                        : UpstreamStatus.RUNNING;
            case FINISHED -> UpstreamStatus.FINISHED;
            case FAILED -> UpstreamStatus.FAILED;
            case DELETING, DELETED -> throw new IllegalStateException("gone for every reader");
        };
    }

    private static Json.Builder view(Task task, UnaryOperator<String> downloads) {
        Json.Arr files = files(task, downloads);
        Instant ended = task.state().isOpen() ? null : task.updatedAt();
        return Json.object()
                .put("task_id", task.id().value())
                .put("status", statusOf(task).text())
                .put("progress", task.progress())
                .put("model", task.model())
                .put("credits", task.credits())
                .put("resolution", task.resolution())
                .put("created_time", time(task.createdAt()))
                .put("finished_time", time(ended))
                .put("error_message", task.errorMessage())
                .put("files", files)
                .put("output", Json.object().put("files", files).build());
    }

    private static Json.Arr files(Task task, UnaryOperator<String> downloads) {
        // Files appear only when every file is in the bucket.
        List<StoredImage> images = task.state() == TaskState.FINISHED ? task.files() : List.of();
        return new Json.Arr(images.stream().map(image -> file(image, downloads)).toList());
    }

    private static Json file(StoredImage image, UnaryOperator<String> downloads) {
        Json.Builder file = Json.object()
                .put("file_url", downloads.apply(image.key()))
                .put("preview_url", downloads.apply(image.previewKey()))
                .put("file_type", "image");
        return image.putFacts(file).build();
    }

    private static Json.Obj withCallback(Json.Builder view, Task task) {
        if (task.callbackUrl() == null) {
            return view.build();
        }
        CallbackStatus status = task.callbackStatus();
        String word = switch (status) {
            case null -> "pending";
            case DUE, SENDING, WAITING -> "pending";
            case DELIVERED -> "delivered";
            case FAILED -> "failed";
        };
        Instant next = status == CallbackStatus.WAITING ? task.dueAt() : null;
        return view.put(
                        "callback",
                        Json.object()
                                .put("status", word)
                                .put("attempts", task.callbackAttempts())
                                .put("last_attempt_time", time(task.callbackAttemptedAt()))
                                .put("last_result", task.callbackResult())
                                .put("next_attempt_time", time(next))
                                .build())
                .build();
    }

    /** As APIDot writes times. */
    public static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
