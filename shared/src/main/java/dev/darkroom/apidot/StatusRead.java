package dev.darkroom.apidot;

import dev.darkroom.task.Progress;
import java.util.List;

/** What an authenticated status read says of a task: the truth, or why it could not be had. */
public sealed interface StatusRead {

    /** Not ended; also a {@code finished} that names no file yet. */
    record NotEnded(Progress progress) implements StatusRead {}

    /** Ended well, with at least one file. The URLs are as given: whoever fetches them judges them. */
    record Finished(List<String> fileUrls) implements StatusRead {
        public Finished {
            fileUrls = List.copyOf(fileUrls);
            if (fileUrls.isEmpty()) {
                throw new IllegalArgumentException("finished needs a file");
            }
        }
    }

    /**
     * Failed or cancelled.
     *
     * @param message for the client: at most 500 characters, URLs and secrets masked, never empty
     */
    record Failed(String message) implements StatusRead {}

    /** 404: APIDot does not know this task (now). */
    record UnknownTask() implements StatusRead {}

    /** Nothing was learnt; a later look may. */
    record Trouble(Kind kind) implements StatusRead {}

    enum Kind {
        /** 401: our own key. */
        BAD_KEY,
        /** 402. */
        NO_CREDITS,
        /** No answer, an unreadable one, or any other status. */
        OTHER
    }
}
