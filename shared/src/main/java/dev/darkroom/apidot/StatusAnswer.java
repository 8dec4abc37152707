package dev.darkroom.apidot;

import dev.darkroom.net.SingleExchange.Outcome;
import dev.darkroom.task.Progress;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.util.List;
import java.util.stream.Stream;

/** What the answer to a status read means. */
final class StatusAnswer {
    private StatusAnswer() {}

    static StatusRead of(Outcome<Wire.Answer> result, UpstreamTaskId asked, List<String> secrets) {
        return switch (result) {
            case Outcome.NoAnswer<Wire.Answer> _ -> new StatusRead.Trouble(StatusRead.Kind.OTHER);
            case Outcome.Answered<Wire.Answer>(Wire.Answer answer) -> answered(answer, asked, secrets);
        };
    }

    private static StatusRead answered(Wire.Answer answer, UpstreamTaskId asked, List<String> secrets) {
        Body body = Body.read(answer.body());
        long code = answer.status();
        if (answer.status() / 100 == 2) {
            if (body == null) {
                return odd(StatusRead.Oddity.NO_OBJECT);
            }
            code = body.code();
        }
        if (code >= 0 && code < 300) {
            return body == null ? new StatusRead.Trouble(StatusRead.Kind.OTHER) : read(body, asked, secrets);
        }
        return switch (Math.clamp(code, -1, 1000)) {
            case 401 -> new StatusRead.Trouble(StatusRead.Kind.BAD_KEY);
            case 402 -> new StatusRead.Trouble(StatusRead.Kind.NO_CREDITS);
            case 404 -> new StatusRead.UnknownTask();
            default -> new StatusRead.Trouble(StatusRead.Kind.OTHER);
        };
    }

    private static StatusRead read(Body body, UpstreamTaskId asked, List<String> secrets) {
        String named = body.id();
        if (named != null && !named.equals(asked.value())) {
            // Another task's image must never reach this one's owner.
            return odd(StatusRead.Oddity.OTHER_TASK);
        }
        return switch (body.state()) {
            case StateWords.None _ -> odd(StatusRead.Oddity.NO_WORD);
            case StateWords.Strange(String words, boolean contradictory) ->
                new StatusRead.Odd(
                        contradictory ? StatusRead.Oddity.CONTRADICTION : StatusRead.Oddity.UNKNOWN_WORD,
                        body.progress(UpstreamStatus.RUNNING),
                        ErrorText.word(words, secrets));
            case StateWords.Known known ->
                switch (known.status()) {
                    case NOT_STARTED, RUNNING -> new StatusRead.NotEnded(body.progress(known.status()));
                    case FAILED -> new StatusRead.Failed(reason(body, secrets));
                    case FINISHED -> {
                        List<String> urls = body.fileUrls();
                        yield urls.isEmpty()
                                ? new StatusRead.Odd(
                                        StatusRead.Oddity.NO_READABLE_FILE, body.progress(UpstreamStatus.RUNNING), "")
                                : new StatusRead.Finished(urls);
                    }
                };
        };
    }

    private static StatusRead odd(StatusRead.Oddity oddity) {
        return new StatusRead.Odd(oddity, new Progress(UpstreamStatus.NOT_STARTED, null), "");
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
