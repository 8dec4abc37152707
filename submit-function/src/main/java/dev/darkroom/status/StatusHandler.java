package dev.darkroom.status;

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
import dev.darkroom.store.DynamoDb;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import dev.darkroom.view.TaskView;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Optional;

/** {@code GET /api/generate/status/{task_id}}: how a task of the caller's stands, strongly consistent. */
public final class StatusHandler implements RequestStreamHandler {
    private final Environment environment;
    private final TaskStore store;
    private final TaskView.Downloads downloads;
    private final InstantSource clock;
    private final Log log;

    /** On Lambda. */
    public StatusHandler() {
        this(Environment.ofProcess());
        if (Priming.isAsked()) {
            Priming.register(new StatusRehearsal());
        }
    }

    public StatusHandler(Environment environment) {
        this(environment, Log.toStandardOutput());
    }

    StatusHandler(Environment environment, Log log) {
        this(environment, DynamoDb.open(environment), downloads(environment), InstantSource.system(), log);
    }

    StatusHandler(
            Environment environment, TaskStore store, TaskView.Downloads downloads, InstantSource clock, Log log) {
        this.environment = environment;
        this.store = store;
        this.downloads = downloads;
        this.clock = clock;
        this.log = log;
    }

    private static TaskView.Downloads downloads(Environment environment) {
        DownloadUrls urls = new DownloadUrls(environment);
        return image -> urls.sign(image.key());
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        HttpFunction.serve(in, out, log, this::answer);
    }

    private APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event) {
        Optional<UserId> user = Caller.of(event, environment);
        if (user.isEmpty()) {
            return Answers.error(ApiError.noUser());
        }
        Optional<Task> task = TaskId.parse(event.getPathParameters().getOrDefault("task_id", ""))
                .flatMap(store::read)
                .filter(found -> found.user().equals(user.get()) && !found.isExpired(clock.instant()));
        // Somebody else's task and an unknown one are told apart by nothing.
        return task.map(found -> Answers.ok(TaskView.status(found, downloads)))
                .orElseGet(() -> Answers.error(ApiError.unknownTask()));
    }
}
