package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.SimulatedTask.Stage;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** A task in APIDot's words. */
final class TaskJson {
    /** As in the published answers: no zone. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private TaskJson() {}

    static Json submitted(SimulatedTask task) {
        return wrapped(Json.object()
                .put("task_id", task.id())
                .put("status", "not_started")
                .put("created_time", TIME.format(task.acceptedAt()))
                .build());
    }

    /**
     * A status answer, unwrapped.
     *
     * @param base what the URLs of the files begin with
     */
    static Json.Obj status(SimulatedTask task, Instant now, boolean filesInOutput, String base) {
        Stage stage = task.stageAt(now);
        Json files = files(stage, task.fileUrls(base));
        Json.Builder data = Json.object().put("task_id", task.id()).put("status", word(stage));
        if (filesInOutput) {
            data.put("output", Json.object().put("files", files).build());
        } else {
            data.put("files", files);
        }
        return data.put("created_time", TIME.format(task.acceptedAt()))
                .put("progress", progress(stage))
                .put("error_message", error(stage))
                .build();
    }

    static Json saying(SimulatedTask task, String word) {
        return wrapped(
                Json.object().put("task_id", task.id()).put("status", word).build());
    }

    static Json wrapped(Json data) {
        return Json.object().put("code", 200).put("data", data).build();
    }

    /** The part of a webhook that says what became of the task; {@code id} and the other words are given to forge it. */
    static Json.Obj ended(SimulatedTask task, Json id, String word, Json files, Instant now) {
        Stage stage = task.stageAt(now);
        return Json.object()
                .put("task_id", id)
                .put("status", word)
                .put("files", files)
                .put("created_time", TIME.format(task.acceptedAt()))
                .put("progress", progress(stage))
                .put("error_message", error(stage))
                .build();
    }

    /** The files at these URLs, once the task has finished. */
    static Json files(Stage stage, List<String> urls) {
        return switch (stage) {
            case Stage.Finished finished -> filesAt(urls);
            case Stage.NotStarted notStarted -> Json.array(List.of());
            case Stage.Running running -> Json.array(List.of());
            case Stage.Failed failed -> Json.array(List.of());
        };
    }

    static Json filesAt(List<String> urls) {
        return Json.array(urls.stream()
                .map(url -> Json.object()
                        .put("file_url", url)
                        .put("file_type", "image")
                        .build())
                .toList());
    }

    static String word(Stage stage) {
        return switch (stage) {
            case Stage.NotStarted notStarted -> "not_started";
            case Stage.Running running -> running.word();
            case Stage.Finished finished -> finished.word();
            case Stage.Failed failed -> failed.word();
        };
    }

    private static int progress(Stage stage) {
        return switch (stage) {
            case Stage.Running running -> running.progress();
            case Stage.Finished finished -> 100;
            case Stage.NotStarted notStarted -> 0;
            case Stage.Failed failed -> 0;
        };
    }

    private static Json error(Stage stage) {
        return switch (stage) {
            case Stage.Failed failed -> Json.of(failed.message());
            case Stage.NotStarted notStarted -> Json.Null.NULL;
            case Stage.Running running -> Json.Null.NULL;
            case Stage.Finished finished -> Json.Null.NULL;
        };
    }
}
