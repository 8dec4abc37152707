package dev.darkroom.apidot;

import dev.darkroom.task.Progress;
import java.util.List;

/** The result of an authenticated status read: the truth about a task, or why there is none. */
public sealed interface StatusRead {

    record NotEnded(Progress progress) implements StatusRead {}

    /**
     * It cannot be read as an end, but it may be one. A later look may read it, after APIDot or a person has repaired it.
     *
     * @param progress the progress that could be read
     * @param word the state word if that is odd, masked, at most {@value ErrorText#MAX_WORD} characters; else empty
     */
    record Odd(Oddity oddity, Progress progress, String word) implements StatusRead {}

    enum Oddity {
        UNKNOWN_WORD,
        /** Two state words that contradict each other. */
        CONTRADICTION,
        /** No state word. */
        NO_WORD,
        /** It finished, but not every file has a readable URL, perhaps not yet. */
        NO_READABLE_FILE,
        /** No JSON object. */
        NO_OBJECT,
        /** The answer is about another task than the requested one. */
        OTHER_TASK
    }

    /** It finished with at least one file. The URLs are unchecked: whoever fetches them checks them. */
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

    /** 404: APIDot does not know this task, at least now. */
    record UnknownTask() implements StatusRead {}

    /** The read learnt nothing. A later look may. */
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
