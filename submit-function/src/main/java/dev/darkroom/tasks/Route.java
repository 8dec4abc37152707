package dev.darkroom.tasks;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.task.UserId;

/** One route of the API. */
@FunctionalInterface
interface Route {
    APIGatewayV2HTTPResponse answer(UserId user, APIGatewayV2HTTPEvent request);
}
