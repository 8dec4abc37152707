package dev.darkroom.tasks;

import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.log.Log;
import dev.darkroom.task.Deleting;
import dev.darkroom.task.Item;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.TaskStore.Position;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Written;
import dev.darkroom.view.TaskView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a user may see: their own, without deleted ones and ones past their retention.
 *
 * @param authors new ids, one for each write
 */
record OwnTasks(
        TaskStore store, UnaryOperator<String> downloads, Supplier<String> authors, InstantSource clock, Log log) {
    /**
     * Lambda refuses an answer of more than 6 MB. The body is a JSON string inside that answer, so it is measured as such, in
     * bytes. A page ends before the entry that would exceed this.
     */
    private static final int MAX_BYTES = 4_000_000;

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

    /** {@code GET /api/generate/tasks}: newest first, page by page. */
    HttpAnswer list(UserId user, HttpRequest request) {
        return Answers.of(ListQuery.parse(request.query()), query -> page(user, query));
    }

    private HttpAnswer page(UserId user, ListQuery query) {
        TaskStore.Page page = store.page(user, query.after(), query.limit());
        List<Json> entries = new ArrayList<>();
        Position next = page.next();
        Position last = null;
        long bytes = 0;
        for (Task task : page.tasks()) {
            Optional<Json> entry = entry(user, task, query.status());
            if (entry.isPresent()) {
                bytes += bytesInAnswer(entry.get());
                if (bytes > MAX_BYTES && last != null) {
                    next = last;
                    break;
                }
                entries.add(entry.get());
            }
            last = Position.of(task);
        }
        return Answers.ok(Json.object()
                .put("tasks", Json.array(entries))
                .put("next_cursor", next == null ? null : ListQuery.cursor(next))
                .build());
    }

    /** Empty if the user may not see the task, or if its status is another than the one that is asked for. */
    private Optional<Json> entry(UserId user, Task task, @Nullable UpstreamStatus status) {
        try {
            return task.isVisibleTo(user, clock.instant()) && (status == null || status == TaskView.statusOf(task))
                    ? Optional.of(TaskView.status(task, downloads))
                    : Optional.empty();
        } catch (StoreUnavailableException e) {
            // Its URLs cannot be signed, and no other's either.
            throw e;
        } catch (RuntimeException e) {
            // A person has edited the item. The user's other tasks are shown.
            log.error("listed_item_unreadable").task(task.id()).cause(e).write();
            return Optional.empty();
        }
    }

    private static int bytesInAnswer(Json entry) {
        return Json.of(entry.text()).text().getBytes(StandardCharsets.UTF_8).length;
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
