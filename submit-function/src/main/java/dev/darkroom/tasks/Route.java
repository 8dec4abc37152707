package dev.darkroom.tasks;

import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.task.UserId;

/** One route of the API. */
@FunctionalInterface
interface Route {
    HttpAnswer answer(UserId user, HttpRequest request);
}
