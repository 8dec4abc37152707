package dev.darkroom.request;

import dev.darkroom.task.TaskId;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A picture to edit, as a request names it. */
public sealed interface Source {
    /** The scheme of pictures that only this service can resolve. */
    String SCHEME = "darkroom:";

    /** The spelling in which it is recorded and shown. */
    String text();

    /** A picture on the web, in the form that {@link dev.darkroom.net.UrlRules} has checked. */
    record Web(URI url) implements Source {
        @Override
        public String text() {
            return url.toString();
        }
    }

    /** One of the user's own uploads. */
    record Upload(UploadId id) implements Source {
        @Override
        public String text() {
            return SCHEME + "//uploads/" + id.value();
        }
    }

    /**
     * A file of one of the user's own tasks.
     *
     * @param index of the file, from 0
     */
    record Result(TaskId task, int index) implements Source {
        private static final Pattern FORM = Pattern.compile("(?<task>[^/]+)(?:/(?<index>0|[1-9][0-9]{0,2}))?");

        @Override
        public String text() {
            return SCHEME + "//tasks/" + task.value() + (index == 0 ? "" : "/" + index);
        }

        private static Optional<Source> parse(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                return Optional.empty();
            }
            int index = form.group("index") == null ? 0 : Integer.parseInt(form.group("index"));
            return TaskId.parse(form.group("task")).map(task -> new Result(task, index));
        }
    }

    /** Whether a text tries to name a picture of this service, right or wrong. */
    static boolean isOurs(String text) {
        return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /** {@code darkroom://uploads/{upload_id}} or {@code darkroom://tasks/{task_id}[/{index}]}; empty for anything else. */
    static Optional<Source> parse(String text) {
        String uploads = SCHEME + "//uploads/";
        String tasks = SCHEME + "//tasks/";
        if (text.startsWith(uploads)) {
            return UploadId.parse(text.substring(uploads.length())).map(Upload::new);
        }
        return text.startsWith(tasks) ? Result.parse(text.substring(tasks.length())) : Optional.empty();
    }
}
