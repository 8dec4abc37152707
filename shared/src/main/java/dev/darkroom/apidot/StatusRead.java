package dev.darkroom.apidot;

import dev.darkroom.task.Progress;
import java.util.List;

/** What an authenticated status read says of a task: the truth, or why it could not be had. */
public sealed interface StatusRead {

    record NotEnded(Progress progress) implements StatusRead {}

    /**
     * It cannot be read as an end, and an end may hide in it: a later look may find it mended, by APIDot or by a person.
     *
     * @param progress as far as it could be read
     * @param word the state word where that is what is odd, masked and at most {@value ErrorText#MAX_WORD} characters; else empty
     */
    record Odd(Oddity oddity, Progress progress, String word) implements StatusRead {}

    enum Oddity {
        UNKNOWN_WORD,
        /** Two state words that contradict each other. */
        CONTRADICTION,
        /** No state word. */
        NO_WORD,
        /** Ended well, and not each of its files has a URL that can be read; it may have none yet. */
        NO_READABLE_FILE,
        /** No JSON object. */
        NO_OBJECT,
        /** It names another task than the one that was asked for. */
        OTHER_TASK
    }

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
        /** No answer, or any other status. */
        OTHER
    }
}
