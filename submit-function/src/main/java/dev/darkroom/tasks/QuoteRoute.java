package dev.darkroom.tasks;

import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.lambda.RequestBody;
import dev.darkroom.request.ParsedRequest;
import dev.darkroom.request.Price;
import dev.darkroom.request.RequestParser;
import dev.darkroom.task.UserId;

/**
 * {@code POST /api/generate/quote}: what a submit with this body would cost. It makes the same checks as a submit, and fetches,
 * records and pays nothing.
 */
record QuoteRoute(RequestParser parser) implements Route {
    @Override
    public HttpAnswer answer(UserId user, HttpRequest request) {
        return switch (RequestBody.ofJson(request)) {
            case RequestBody.Refused(ApiError error) -> Answers.error(error);
            case RequestBody.Text(String text) -> quote(parser.parse(text));
        };
    }

    private static HttpAnswer quote(ParsedRequest request) {
        return switch (request) {
            case ParsedRequest.Invalid(var problems) -> Answers.error(ApiError.invalidRequest(problems));
            case ParsedRequest.Valid(var valid) -> Answers.ok(data(valid.price()));
        };
    }

    private static Json data(Price price) {
        return Json.object()
                .put("credits", price.credits().value())
                .put("usd", price.credits().usd())
                .put("resolution", price.resolution().text())
                .build();
    }
}
