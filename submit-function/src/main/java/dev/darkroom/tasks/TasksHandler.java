package dev.darkroom.tasks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.config.Environment;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.Caller;
import dev.darkroom.lambda.HttpFunction;
import dev.darkroom.log.Log;
import dev.darkroom.media.DownloadUrls;
import dev.darkroom.priming.Priming;
import dev.darkroom.request.RequestParser;
import dev.darkroom.store.DynamoDb;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Map;

/** Whatever clients ask beside the submit; each route has its class. */
public final class TasksHandler implements RequestStreamHandler {
    private final Environment environment;
    private final Log log;

    /** By the key that the gateway gives each request: the template's method and path. */
    private final Map<String, Route> routes;

    /** On Lambda. */
    public TasksHandler() {
        this(Environment.ofProcess());
        if (Priming.isAsked()) {
            Priming.register(new TasksRehearsal());
        }
    }

    public TasksHandler(Environment environment) {
        this(environment, Log.toStandardOutput());
    }

    TasksHandler(Environment environment, Log log) {
        this.environment = environment;
        this.log = log;
        OwnTasks tasks = new OwnTasks(DynamoDb.open(environment), InstantSource.system());
        DownloadUrls urls = new DownloadUrls(environment);
        this.routes = Map.of(
                "GET /api/generate/status/{task_id}", new StatusRoute(tasks, image -> urls.sign(image.key())),
                "GET /api/generate/tasks", new ListRoute(tasks),
                "POST /api/generate/quote", new QuoteRoute(RequestParser.of(environment)));
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        HttpFunction.serve(in, out, log, this::answer);
    }

    private APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent request) {
        Route route = routes.get(request.getRouteKey());
        if (route == null) {
            throw new IllegalStateException("the template has a route that this function does not know");
        }
        return Caller.of(request, environment)
                .map(user -> route.answer(user, request))
                .orElseGet(() -> Answers.error(ApiError.noUser()));
    }
}
