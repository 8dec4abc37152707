package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code /control/…}: how a test or a person controls the simulated APIDot. Thread-safe. */
final class ControlRoute {
    private final SimulatedApiDot apidot;

    ControlRoute(SimulatedApiDot apidot) {
        this.apidot = apidot;
    }

    /** @param path the segments after {@code control} */
    void handle(ApiDotCall call, List<String> path) throws IOException {
        String route = call.method() + " " + (path.isEmpty() ? "" : path.getFirst()) + "/" + path.size();
        switch (route) {
            case "GET faults/1" -> call.answer(200, faults());
            case "POST faults/1" -> call.answer(200, FaultJson.write(FaultJson.put(call.json(), apidot.faults())));
            case "DELETE faults/1" -> {
                apidot.faults().clear();
                call.answer(200, faults());
            }
            case "DELETE faults/2" -> remove(call, path.get(1));
            case "GET shapes/1" -> call.answer(200, shapes());
            case "PUT shapes/1" -> {
                putShapes(call.json());
                call.answer(200, shapes());
            }
            case "GET stats/1" ->
                call.answer(
                        200,
                        apidot.stats(call.query("prompt"), call.query("callback"))
                                .json());
            case "GET tasks/1" ->
                call.answer(
                        200,
                        Json.array(apidot.tasks().matching(call.query("prompt"), call.query("callback")).stream()
                                .map(this::task)
                                .toList()));
            case "GET tasks/2" -> {
                Optional<SimulatedTask> task = apidot.tasks().find(path.get(1));
                if (task.isPresent()) {
                    call.answer(200, task(task.get()));
                } else {
                    notFound(call);
                }
            }
            case "POST tasks/3" -> sendWebhooks(call, path);
            default -> notFound(call);
        }
    }

    private void remove(ApiDotCall call, String id) throws IOException {
        if (id.matches("[0-9]{1,18}") && apidot.faults().remove(Long.parseLong(id))) {
            call.answer(200, faults());
        } else {
            notFound(call);
        }
    }

    private Json faults() {
        return Json.array(apidot.faults().rules().stream().map(FaultJson::write).toList());
    }

    private void putShapes(Json body) {
        Fields fields = new Fields(body);
        Shapes now = apidot.shapes();
        Shapes shapes = new Shapes(
                fields.word("status", Shapes.Status.class, now.status()),
                fields.word("webhook", Shapes.Webhook.class, now.webhook()),
                fields.word("picture", Shapes.Picture.class, now.picture()));
        fields.refuseOthers();
        apidot.speak(shapes);
    }

    private Json shapes() {
        Shapes shapes = apidot.shapes();
        return Json.object()
                .put("status", lower(shapes.status()))
                .put("webhook", lower(shapes.webhook()))
                .put("picture", lower(shapes.picture()))
                .build();
    }

    /** {@code POST /control/tasks/{id}/webhook}: sends at once, without retries. */
    private void sendWebhooks(ApiDotCall call, List<String> path) throws IOException {
        Optional<SimulatedTask> task = apidot.tasks().find(path.get(1));
        if (task.isEmpty() || !"webhook".equals(path.get(2))) {
            notFound(call);
            return;
        }
        Fields fields = new Fields(call.json("{}"));
        WebhookVariant variant = fields.word("variant", WebhookVariant.class, WebhookVariant.GENUINE);
        int copies = fields.count("copies", 1, 1, 100);
        fields.refuseOthers();
        List<Json> answers = new ArrayList<>();
        for (int copy = 0; copy < copies; copy++) {
            answers.add(delivery(apidot.sendWebhook(task.get(), variant)));
        }
        call.answer(200, Json.array(answers));
    }

    private Json task(SimulatedTask task) {
        JobRequest job = task.job();
        return Json.object()
                .put("task_id", task.id())
                .put("status", task.stageAt(Instant.now()).word())
                .put("model", job.model())
                .put("prompt", job.prompt())
                .put("sources", job.sources().size())
                .put("width", job.width())
                .put("height", job.height())
                .put("credits", job.credits())
                .put("callback_url", task.callbackUrl())
                .put("accepted_at", task.acceptedAt().toString())
                .put("status_reads", task.statusReads())
                .put("file_reads", task.fileReads())
                .put(
                        "webhooks",
                        Json.array(task.webhooks().stream()
                                .map(ControlRoute::delivery)
                                .toList()))
                .build();
    }

    private static Json delivery(WebhookDelivery delivery) {
        return Json.object()
                .put("variant", lower(delivery.variant()))
                .put("attempt", delivery.attempt())
                .put("status", delivery.status())
                .build();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void notFound(ApiDotCall call) throws IOException {
        call.answer(404, Reply.error(404, "No such control route, task or fault"));
    }
}
