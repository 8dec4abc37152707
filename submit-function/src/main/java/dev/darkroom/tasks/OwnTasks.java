package dev.darkroom.tasks;

import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.task.Deleting;
import dev.darkroom.task.Item;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Written;
import dev.darkroom.view.TaskView;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a user may see: their own, without deleted ones and ones past their retention.
 *
 * @param authors new ids, one for each write
 */
record OwnTasks(TaskStore store, TaskView.Downloads downloads, Supplier<String> authors, InstantSource clock) {

    /** {@code GET /api/generate/status/{task_id}}: strongly consistent. */
    HttpAnswer status(UserId user, HttpRequest request) {
        return named(user, request, this::view);
    }

    /**
     * {@code DELETE /api/generate/tasks/{task_id}}: deletes an ended task. After one write it is gone for every reader. The stream
     * wakes SettleFunction, which removes its images.
     */
    HttpAnswer delete(UserId user, HttpRequest request) {
        return named(user, request, this::delete);
    }

    private HttpAnswer delete(Task task) {
        if (task.state().isOpen()) {
            // The task is paid for and may still finish.
            return Answers.error(ApiError.conflict("The task has not ended. Only an ended task can be deleted."));
        }
        return switch (store.write(Deleting.begin(task, authors.get(), clock.instant()))) {
            case Written.Applied _ ->
                Answers.ok(Json.object()
                        .put("task_id", task.id().value())
                        .put("status", "deleted")
                        .build());
            // Only a deletion changes an ended task, so another request has deleted it.
            case Written.Refused _ -> Answers.error(ApiError.unknownTask());
        };
    }

    /** {@code POST /api/generate/tasks/{task_id}/callback}: sends the callback of an ended task again, with its whole schedule. */
    HttpAnswer sendAgain(UserId user, HttpRequest request) {
        return named(user, request, task -> sendAgain(user, task));
    }

    private HttpAnswer sendAgain(UserId user, Task task) {
        if (task.callbackUrl() == null) {
            return Answers.error(ApiError.conflict("The task has no callback_url."));
        }
        if (task.state().isOpen()) {
            return Answers.error(ApiError.conflict("The task has not ended. Its callback is sent when it has."));
        }
        Instant now = clock.instant();
        return switch (store.write(Notifying.sendAgain(task, authors.get(), now))) {
            case Written.Applied(Item item) -> view(new Task(item));
            case Written.Refused(Item item) ->
                Answers.error(
                        item.exists() && new Task(item).isVisibleTo(user, now)
                                ? ApiError.conflict("The callback is being sent now. Try again later.")
                                : ApiError.unknownTask());
        };
    }

    /** A list's entry. Empty if the user may not see the task, or if its status is another than the one that is asked for. */
    Optional<Json.Obj> entry(UserId user, Task task, @Nullable UpstreamStatus status) {
        return task.isVisibleTo(user, clock.instant()) && (status == null || status == TaskView.statusOf(task))
                ? Optional.of(TaskView.status(task, downloads))
                : Optional.empty();
    }

    /** Answers about the task in the request's path. Another user's task, a deleted one and an unknown one get the same answer. */
    private HttpAnswer named(UserId user, HttpRequest request, Function<Task, HttpAnswer> answer) {
        return TaskId.parse(request.path().getOrDefault("task_id", ""))
                .flatMap(store::read)
                .filter(task -> task.isVisibleTo(user, clock.instant()))
                .map(answer)
                .orElseGet(() -> Answers.error(ApiError.unknownTask()));
    }

    private HttpAnswer view(Task task) {
        return Answers.ok(TaskView.status(task, downloads));
    }
}
