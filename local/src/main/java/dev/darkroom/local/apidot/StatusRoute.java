package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** {@code GET /api/generate/status/{task_id}}. Thread-safe. */
final class StatusRoute {
    private final SimulatedApiDot apidot;
    private final Waits waits;

    StatusRoute(SimulatedApiDot apidot, Waits waits) {
        this.apidot = apidot;
        this.waits = waits;
    }

    void handle(ApiDotCall call, String id) throws IOException {
        Optional<SimulatedTask> found = apidot.tasks().find(id);
        found.ifPresent(SimulatedTask::statusRead);
        if (!apidot.isAuthorized(call)) {
            call.answer(Reply.of(401, Reply.Body.APIDOT));
            return;
        }
        if (found.isEmpty()) {
            call.answer(404, Reply.error(404, "Task not found"));
            return;
        }
        SimulatedTask task = found.get();
        StatusFault fault =
                apidot.faults().take(StatusFault.class, task.prompt()).orElse(null);
        switch (fault) {
            case null -> answer(call, task);
            case StatusFault.Answers(Reply reply) -> call.answer(reply);
            case StatusFault.Hangs(Duration time) -> {
                if (waits.lasting(time)) {
                    answer(call, task);
                } else {
                    call.cut();
                }
            }
            case StatusFault.Cuts() -> call.cut();
            case StatusFault.Says(String word) -> call.answer(200, TaskJson.saying(task, word));
        }
    }

    private void answer(ApiDotCall call, SimulatedTask task) throws IOException {
        Shapes shapes = apidot.shapes();
        Json.Obj data = TaskJson.status(
                task,
                Instant.now(),
                shapes.filesInOutput(task.number()),
                call.base().orElse(task.publicUrl()));
        call.answer(
                200,
                shapes.status() == Shapes.Status.RANDOM
                        ? RandomForms.of(data, ThreadLocalRandom.current())
                        : TaskJson.wrapped(data));
    }
}
