package dev.darkroom.tasks;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.task.UserId;
import dev.darkroom.view.TaskView;

/** {@code GET /api/generate/status/{task_id}}: a task of the caller, strongly consistent. */
record StatusRoute(OwnTasks tasks, TaskView.Downloads downloads) implements Route {
    @Override
    public APIGatewayV2HTTPResponse answer(UserId user, APIGatewayV2HTTPEvent request) {
        return tasks.named(request, user)
                .map(task -> Answers.ok(TaskView.status(task, downloads)))
                .orElseGet(() -> Answers.error(ApiError.unknownTask()));
    }
}
