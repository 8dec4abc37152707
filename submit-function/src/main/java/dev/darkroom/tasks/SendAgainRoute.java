package dev.darkroom.tasks;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.task.Item;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.Task;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Written;
import dev.darkroom.view.TaskView;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * {@code POST /api/generate/tasks/{task_id}/callback}: sends the callback of an ended task of the caller again, with its whole
 * schedule.
 *
 * @param authors new ids, one for each request
 */
record SendAgainRoute(OwnTasks tasks, Supplier<String> authors, TaskView.Downloads downloads) implements Route {
    @Override
    public APIGatewayV2HTTPResponse answer(UserId user, APIGatewayV2HTTPEvent request) {
        return tasks.named(request, user)
                .map(task -> sendAgain(task, user))
                .orElseGet(() -> Answers.error(ApiError.unknownTask()));
    }

    private APIGatewayV2HTTPResponse sendAgain(Task task, UserId user) {
        if (task.callbackUrl() == null) {
            return Answers.error(ApiError.conflict("The task has no callback_url."));
        }
        if (task.state().isOpen()) {
            return Answers.error(ApiError.conflict("The task has not ended. Its callback is sent when it has."));
        }
        Instant now = tasks.clock().instant();
        return switch (tasks.store().write(Notifying.sendAgain(task, authors.get(), now))) {
            case Written.Applied(Item item) -> Answers.ok(TaskView.status(new Task(item), downloads));
            case Written.Refused(Item item) ->
                Answers.error(
                        item.exists() && new Task(item).isVisibleTo(user, now)
                                ? ApiError.conflict("The callback is being sent now. Try again later.")
                                : ApiError.unknownTask());
            case Written.OverBudget _ -> throw new IllegalStateException("a callback moves no budget");
        };
    }
}
