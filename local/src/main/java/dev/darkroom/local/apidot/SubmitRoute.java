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

    void handle(ApiDotCall exchange) throws IOException {
        Json body = body(exchange);
        Tasks.Arrival arrival = arrival(body);
        apidot.tasks().arrived(arrival);
        if (!apidot.isAuthorized(exchange)) {
            exchange.answer(Reply.of(401, Reply.Body.APIDOT));
            return;
        }
        SubmitFault fault =
                apidot.faults().take(SubmitFault.class, arrival.prompt()).orElse(null);
        switch (fault) {
            case null -> answer(exchange, accept(body, false));
            case SubmitFault.Answers(Reply reply, boolean accepted) -> {
                if (accepted) {
                    accept(body, false);
                }
                exchange.answer(reply);
            }
            case SubmitFault.Hangs(Duration time, Moment moment) -> hang(exchange, body, time, moment);
            case SubmitFault.Cuts(Moment moment) -> {
                if (moment == Moment.AFTER_ACCEPTING) {
                    accept(body, false);
                }
                exchange.cut();
            }
            case SubmitFault.WebhookFirst() -> {
                Submitted submitted = accept(body, true);
                if (submitted instanceof Submitted.Accepted(SimulatedTask task)) {
                    apidot.reportEnd(task);
                }
                answer(exchange, submitted);
            }
        }
    }

    private void hang(ApiDotCall exchange, @Nullable Json body, Duration time, Moment moment) throws IOException {
        Submitted early = moment == Moment.AFTER_ACCEPTING ? accept(body, false) : null;
        if (!waits.lasting(time)) {
            exchange.cut();
            return;
        }
        answer(exchange, early == null ? accept(body, false) : early);
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

    private static void answer(ApiDotCall exchange, Submitted submitted) throws IOException {
        switch (submitted) {
            case Submitted.Accepted(SimulatedTask task) -> exchange.answer(200, TaskJson.submitted(task));
            case Submitted.Refused(String message) -> exchange.answer(400, Reply.error(400, message));
        }
    }

    private static @Nullable Json body(ApiDotCall exchange) throws IOException {
        try {
            return exchange.json();
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
