package dev.darkroom.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.task.UpstreamTaskId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the answer to a status read means. */
final class StatusAnswer {
    private StatusAnswer() {}

    static StatusRead of(Exchange exchange, UpstreamTaskId asked, List<String> secrets) {
        return switch (exchange) {
            case Exchange.NeverSent none -> new StatusRead.Trouble(StatusRead.Kind.OTHER);
            case Exchange.Lost lost -> new StatusRead.Trouble(StatusRead.Kind.OTHER);
            case Exchange.Answered answer -> answered(answer, asked, secrets);
        };
    }

    private static StatusRead answered(Exchange.Answered answer, UpstreamTaskId asked, List<String> secrets) {
        Body body = Body.read(answer.body());
        long code = answer.status() / 100 == 2 ? (body == null ? -1 : body.code()) : answer.status();
        if (code != 0 && code != 200) {
            return switch (Math.clamp(code, -1, 1000)) {
                case 401 -> new StatusRead.Trouble(StatusRead.Kind.BAD_KEY);
                case 402 -> new StatusRead.Trouble(StatusRead.Kind.NO_CREDITS);
                case 404 -> new StatusRead.UnknownTask();
                default -> new StatusRead.Trouble(StatusRead.Kind.OTHER);
            };
        }
        return body == null ? new StatusRead.Trouble(StatusRead.Kind.OTHER) : read(body, asked, secrets);
    }

    private static StatusRead read(Body body, UpstreamTaskId asked, List<String> secrets) {
        String named = body.string("task_id");
        if (body.string("status") == null || (named != null && !named.equals(asked.value()))) {
            // Without a status it is no status answer; another task's image must never reach this one's owner.
            return new StatusRead.Trouble(StatusRead.Kind.OTHER);
        }
        return switch (body.status()) {
            case NOT_STARTED, RUNNING -> new StatusRead.NotEnded(body.progress());
            case FAILED -> new StatusRead.Failed(reason(body, secrets));
            case FINISHED -> {
                List<String> urls = body.fileUrls();
                yield urls == null || urls.isEmpty()
                        ? new StatusRead.NotEnded(body.progress())
                        : new StatusRead.Finished(urls);
            }
        };
    }

    private static String reason(Body body, List<String> secrets) {
        String said = firstOf(body.string("error_message"), body.data(), body.root());
        String shown = said == null ? "" : ErrorText.masked(said, secrets);
        return shown.isEmpty() ? "APIDot gave no reason" : shown;
    }

    private static @Nullable String firstOf(@Nullable String errorMessage, Json.Obj data, Json.Obj root) {
        if (errorMessage != null && !errorMessage.isBlank()) {
            return errorMessage;
        }
        String inner = ErrorText.in(data);
        return inner == null ? ErrorText.in(root) : inner;
    }
}
