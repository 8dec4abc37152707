package dev.darkroom.tasks;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.task.Deleting;
import dev.darkroom.task.Task;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Written;
import java.util.function.Supplier;

/**
 * {@code DELETE /api/generate/tasks/{task_id}}: deletes an ended task of the caller. After one write it is gone for every reader.
 * The stream wakes SettleFunction, which removes its images.
 *
 * @param authors new ids, one for each deletion
 */
record DeleteRoute(OwnTasks tasks, Supplier<String> authors) implements Route {
    @Override
    public APIGatewayV2HTTPResponse answer(UserId user, APIGatewayV2HTTPEvent request) {
        return tasks.named(request, user)
                .map(task -> task.state().isOpen()
                        // The task is paid for and may still finish.
                        ? Answers.error(ApiError.conflict("The task has not ended. Only an ended task can be deleted."))
                        : delete(task))
                .orElseGet(() -> Answers.error(ApiError.unknownTask()));
    }

    private APIGatewayV2HTTPResponse delete(Task task) {
        return switch (tasks.store()
                .write(Deleting.begin(task, authors.get(), tasks.clock().instant()))) {
            case Written.Applied _ ->
                Answers.ok(Json.object()
                        .put("task_id", task.id().value())
                        .put("status", "deleted")
                        .build());
            // Only a deletion changes an ended task, so another request has deleted it.
            case Written.Refused _ -> Answers.error(ApiError.unknownTask());
            case Written.OverBudget _ -> throw new IllegalStateException("a deletion moves no budget");
        };
    }
}
