package dev.darkroom.tasks;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.TaskStore.Position;
import dev.darkroom.task.UserId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tasks that a user may see: their own, without deleted ones and ones past their retention. */
record OwnTasks(TaskStore store, InstantSource clock) {

    /** The task in the request's path. Another user's task, a deleted one and an unknown one give the same result. */
    Optional<Task> named(APIGatewayV2HTTPEvent request, UserId user) {
        return TaskId.parse(request.getPathParameters().getOrDefault("task_id", ""))
                .flatMap(store::read)
                .filter(task -> task.isVisibleTo(user, clock.instant()));
    }

    /** A page, newest first. It may be shorter than the limit, or empty, even if more pages follow. */
    TaskStore.Page page(UserId user, @Nullable Position after, int limit) {
        TaskStore.Page page = store.page(user, after, limit);
        Instant now = clock.instant();
        List<Task> kept = page.tasks().stream()
                .filter(task -> task.isVisibleTo(user, now))
                .toList();
        return new TaskStore.Page(kept, page.next());
    }
}
