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
        Json.Builder data = Json.object().put("task_id", task.id()).put("status", stage.word());
        if (filesInOutput) {
            data.put("output", Json.object().put("files", files).build());
        } else {
            data.put("files", files);
        }
        return completed(data, task, stage);
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
        Json.Builder data = Json.object().put("task_id", id).put("status", word).put("files", files);
        return completed(data, task, task.stageAt(now));
    }

    private static Json.Obj completed(Json.Builder data, SimulatedTask task, Stage stage) {
        return data.put("created_time", TIME.format(task.acceptedAt()))
                .put("progress", stage.progress())
                .put("error_message", stage.error())
                .build();
    }

    /** The files at these URLs, once the task has finished. */
    static Json files(Stage stage, List<String> urls) {
        return filesAt(stage.finished() ? urls : List.of());
    }

    static Json filesAt(List<String> urls) {
        return Json.array(urls.stream()
                .map(url -> Json.object()
                        .put("file_url", url)
                        .put("file_type", "image")
                        .build())
                .toList());
    }
}
