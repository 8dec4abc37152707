package dev.darkroom.quote;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.Caller;
import dev.darkroom.lambda.HttpFunction;
import dev.darkroom.lambda.RequestBody;
import dev.darkroom.log.Log;
import dev.darkroom.priming.Priming;
import dev.darkroom.request.ParsedRequest;
import dev.darkroom.request.Price;
import dev.darkroom.request.RequestParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** {@code POST /api/generate/quote}: what a submit with this body would cost. */
public final class QuoteHandler implements RequestStreamHandler {
    private final Environment environment;
    private final RequestParser parser;
    private final Log log;

    /** As Lambda makes it. */
    public QuoteHandler() {
        this(Environment.ofProcess());
        if (Priming.isAsked()) {
            Priming.register(new QuoteRehearsal());
        }
    }

    public QuoteHandler(Environment environment) {
        this(environment, Log.toStandardOutput());
    }

    QuoteHandler(Environment environment, Log log) {
        this(environment, RequestParser.of(environment), log);
    }

    public QuoteHandler(Environment environment, RequestParser parser, Log log) {
        this.environment = environment;
        this.parser = parser;
        this.log = log;
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        HttpFunction.serve(in, out, log, this::answer);
    }

    private APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event) {
        if (Caller.of(event, environment).isEmpty()) {
            return Answers.error(ApiError.noUser());
        }
        return switch (RequestBody.ofJson(event)) {
            case RequestBody.Refused(ApiError error) -> Answers.error(error);
            case RequestBody.Text(String text) -> quote(parser.parse(text));
        };
    }

    private static APIGatewayV2HTTPResponse quote(ParsedRequest request) {
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
