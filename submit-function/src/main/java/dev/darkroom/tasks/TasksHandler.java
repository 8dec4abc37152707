package dev.darkroom.tasks;

import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.Caller;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpFunction;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.log.Log;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.media.PresignedUrls;
import dev.darkroom.media.SourceImages;
import dev.darkroom.net.Greeting;
import dev.darkroom.request.ImageRequest;
import dev.darkroom.request.Price;
import dev.darkroom.request.RequestParser;
import dev.darkroom.snapshot.Rehearsal;
import dev.darkroom.store.DynamoDb;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;

/** All routes for clients except the submit. */
public final class TasksHandler extends HttpFunction {
    private final Environment environment;

    /** By the key that the gateway gives each request: the template's method and path. */
    private final Map<String, BiFunction<UserId, HttpRequest, HttpAnswer>> routes;

    /** On Lambda. */
    public TasksHandler() {
        Environment environment = Environment.ofProcess();
        DynamoTaskStore store = DynamoDb.open(environment);
        this(environment, store, store, InstantSource.system(), Log.toStandardOutput());
        Rehearsal.beforeSnapshot(TasksHandler::of, TasksRehearsal::scenes, Greeting::dynamoDb);
    }

    /** @param counters counts uploads */
    public TasksHandler(
            Environment environment, TaskStore store, DynamoTaskStore counters, InstantSource clock, Log log) {
        super(log);
        this.environment = environment;
        PresignedUrls urls = new PresignedUrls(environment);
        OwnTasks tasks =
                new OwnTasks(store, urls::download, () -> UUID.randomUUID().toString(), clock, log);
        RequestParser parser = RequestParser.of(environment);
        Uploads uploads = uploads(environment, counters, urls, clock);
        this.routes = Map.of(
                "GET /api/generate/status/{task_id}", tasks::status,
                "GET /api/generate/tasks", tasks::list,
                "DELETE /api/generate/tasks/{task_id}", tasks::delete,
                "POST /api/generate/tasks/{task_id}/callback", tasks::sendAgain,
                "POST /api/generate/quote", (_, request) -> Answers.of(request, parser::parse, TasksHandler::quote),
                "POST /api/generate/uploads", uploads::create,
                "DELETE /api/generate/uploads/{upload_id}", uploads::delete);
    }

    public static TasksHandler of(Environment environment, Log log) {
        DynamoTaskStore store = DynamoDb.open(environment);
        return new TasksHandler(environment, store, store, InstantSource.system(), log);
    }

    /** What a submit of this request would cost. The request is checked as a submit, and nothing is fetched, recorded or paid. */
    private static HttpAnswer quote(ImageRequest request) {
        Price price = request.price();
        return Answers.ok(Json.object()
                .put("credits", price.credits())
                .put("usd", price.usd())
                .put("resolution", price.resolution().text())
                .build());
    }

    private static Uploads uploads(
            Environment environment, DynamoTaskStore counters, PresignedUrls urls, InstantSource clock) {
        return new Uploads(
                counters,
                new ImagesBucket(environment),
                urls,
                // APIDot could not edit a larger one.
                environment.integer("MAX_UPLOAD_BYTES", SourceImages.MAX_BYTES, 1, SourceImages.MAX_BYTES),
                environment.integer("DAILY_UPLOAD_LIMIT", 200, 0, Integer.MAX_VALUE),
                clock,
                new SecureRandom());
    }

    @Override
    protected HttpAnswer answer(HttpRequest request) {
        var route = routes.get(request.route());
        if (route == null) {
            throw new IllegalStateException("the template has a route that this function does not know");
        }
        return Caller.of(request, environment)
                .map(user -> route.apply(user, request))
                .orElseGet(() -> Answers.error(ApiError.noUser()));
    }
}
