package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.Fault.Moment;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
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
                if (submitted instanceof Submitted.Accepted(SimulatedTask task)) {
                    apidot.reportEnd(task);
                }
                answer(call, submitted);
            }
        }
    }

    private void hang(ApiDotCall call, @Nullable Json body, Duration time, Moment moment) throws IOException {
        Submitted early = moment == Moment.AFTER_ACCEPTING ? accept(body, false) : null;
        if (!waits.lasting(time)) {
            call.cut();
            return;
        }
        answer(call, early == null ? accept(body, false) : early);
    }

    private sealed interface Submitted {
        record Accepted(SimulatedTask task) implements Submitted {}

        record Refused(String message) implements Submitted {}
    }

    private Submitted accept(@Nullable Json body, boolean endsAtOnce) {
        if (body == null) {
            return new Submitted.Refused("body must be JSON");
        }
        return switch (rules.judge(body)) {
            case ApiDotRules.Verdict.Refused(String message) -> new Submitted.Refused(message);
            case ApiDotRules.Verdict.Accepted(JobRequest job) -> new Submitted.Accepted(apidot.accept(job, endsAtOnce));
        };
    }

    private static void answer(ApiDotCall call, Submitted submitted) throws IOException {
        switch (submitted) {
            case Submitted.Accepted(SimulatedTask task) -> call.answer(200, TaskJson.submitted(task));
            case Submitted.Refused(String message) -> call.answer(400, Reply.error(400, message));
        }
    }

    private static @Nullable Json body(ApiDotCall call) throws IOException {
        try {
            return call.json();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Tasks.Arrival arrival(@Nullable Json body) {
        Optional<Json.Obj> request = body instanceof Json.Obj obj ? Optional.of(obj) : Optional.empty();
        return new Tasks.Arrival(
                request.map(obj -> obj.object("input"))
                        .map(input -> input.string("prompt"))
                        .orElse(""),
                Objects.requireNonNullElse(
                        request.map(obj -> obj.string("callback_url")).orElse(""), ""));
    }
}
