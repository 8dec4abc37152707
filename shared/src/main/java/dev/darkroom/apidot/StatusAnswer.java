package dev.darkroom.apidot;

import dev.darkroom.net.Exchange;
import dev.darkroom.task.Progress;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.util.List;
import java.util.stream.Stream;

/** What the answer to a status read means. */
final class StatusAnswer {
    private StatusAnswer() {}

    static StatusRead of(Exchange.Attempt<Wire.Answer> result, UpstreamTaskId asked, List<String> secrets) {
        return switch (result) {
            case Exchange.Failed<Wire.Answer> _ -> new StatusRead.Trouble(0);
            case Exchange.Answered<Wire.Answer>(Wire.Answer answer) -> answered(answer, asked, secrets);
        };
    }

    private static StatusRead answered(Wire.Answer answer, UpstreamTaskId asked, List<String> secrets) {
        if (answer.status() / 100 != 2) {
            return new StatusRead.Trouble(answer.status());
        }
        Body body = Body.read(answer.body());
        if (body == null) {
            return new StatusRead.Odd(false, Progress.NONE, "");
        }
        return body.code() >= 0 && body.code() < 300 ? read(body, asked, secrets) : new StatusRead.Trouble(body.code());
    }

    private static StatusRead read(Body body, UpstreamTaskId asked, List<String> secrets) {
        String named = body.id();
        if (named != null && !named.equals(asked.value())) {
            // Another task's image must never reach this one's owner.
            return new StatusRead.Odd(true, Progress.NONE, "");
        }
        return switch (body.state()) {
            case StateWords.None _ -> new StatusRead.Odd(false, Progress.NONE, "");
            case StateWords.Strange(String words) ->
                new StatusRead.Odd(true, body.progress(UpstreamStatus.RUNNING), ErrorText.word(words, secrets));
            case StateWords.Known(UpstreamStatus status) ->
                switch (status) {
                    case NOT_STARTED, RUNNING -> new StatusRead.NotEnded(body.progress(status));
                    case FAILED -> new StatusRead.Failed(reason(body, secrets));
                    case FINISHED -> {
                        List<String> urls = Results.urls(body.data(), body.root());
                        yield urls.isEmpty()
                                ? new StatusRead.Odd(false, body.progress(UpstreamStatus.RUNNING), "")
                                : new StatusRead.Finished(urls);
                    }
                };
        };
    }

    private static String reason(Body body, List<String> secrets) {
        String said = Stream.of(
                        body.string("error_message"),
                        ErrorText.in(body.data()),
                        body.data().string("fail_reason"))
                .filter(text -> text != null && !text.isBlank())
                .findFirst()
                .orElse("");
        String shown = ErrorText.masked(said, secrets);
        return shown.isEmpty() ? "APIDot gave no reason" : shown;
    }
}
