package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.Fault.Moment;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/generate/submit}. Thread-safe. */
final class SubmitRoute {
    private final SimulatedApiDot apidot;
    private final ApiDotRules rules;
    private final Waits waits;

    SubmitRoute(SimulatedApiDot apidot, ApiDotRules rules, Waits waits) {
        this.apidot = apidot;
        this.rules = rules;
        this.waits = waits;
    }

    void handle(ApiDotCall call) throws IOException {
        Json body = body(call);
        Tasks.Arrival arrival = arrival(body);
        apidot.tasks().arrived(arrival);
        if (!apidot.isAuthorized(call)) {
            call.answer(Reply.of(401, Reply.Body.APIDOT));
            return;
        }
        SubmitFault fault =
                apidot.faults().take(SubmitFault.class, arrival.prompt()).orElse(null);
        switch (fault) {
            case null -> answer(call, accept(body, false));
            case SubmitFault.Answers(Reply reply, boolean accepted) -> {
                if (accepted) {
                    accept(body, false);
                }
                call.answer(reply);
            }
            case SubmitFault.Hangs(Duration time, Moment moment) -> hang(call, body, time, moment);
            case SubmitFault.Cuts(Moment moment) -> {
                if (moment == Moment.AFTER_ACCEPTING) {
                    accept(body, false);
                }
                call.cut();
            }
            case SubmitFault.WebhookFirst() -> {
                Submitted submitted = accept(body, true);
                if (submitted.task() != null) {
                    apidot.reportEnd(submitted.task());
                }
                answer(call, submitted);
            }
        }
    }

    private void hang(ApiDotCall call, Json body, Duration time, Moment moment) throws IOException {
        Submitted early = moment == Moment.AFTER_ACCEPTING ? accept(body, false) : null;
        if (!waits.lasting(time)) {
            call.cut();
            return;
        }
        answer(call, early == null ? accept(body, false) : early);
    }

    /** The proper answer to a submit; {@code task} null: it was refused. */
    private record Submitted(@Nullable SimulatedTask task, int status, Json body) {}

    private Submitted accept(Json body, boolean endsAtOnce) {
        return switch (rules.judge(body)) {
            case ApiDotRules.Verdict.Refused(String message) -> new Submitted(null, 400, Reply.error(400, message));
            case ApiDotRules.Verdict.Accepted(JobRequest job) -> {
                SimulatedTask task = apidot.accept(job, endsAtOnce);
                yield new Submitted(task, 200, TaskJson.submitted(task));
            }
        };
    }

    private static void answer(ApiDotCall call, Submitted submitted) throws IOException {
        call.answer(submitted.status(), submitted.body());
    }

    /** The rules refuse null as they refuse everything that is no object. */
    private static Json body(ApiDotCall call) throws IOException {
        try {
            return call.json();
        } catch (IllegalArgumentException e) {
            return Json.Null.NULL;
        }
    }

    private static Tasks.Arrival arrival(Json body) {
        Json.Obj request =
                body instanceof Json.Obj object ? object : Json.object().build();
        Json.Obj input = request.object("input");
        return new Tasks.Arrival(
                Objects.requireNonNullElse(input == null ? null : input.string("prompt"), ""),
                Objects.requireNonNullElse(request.string("callback_url"), ""));
    }
}
