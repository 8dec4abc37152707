package dev.darkroom.apidot;

import dev.darkroom.task.Progress;
import java.util.List;

/** The result of an authenticated status read: the truth about a task, or why there is none. */
public sealed interface StatusRead {

    record NotEnded(Progress progress) implements StatusRead {}

    /**
     * It cannot be read as an end, but it may be one. A later look may read it, after APIDot or a person has repaired it.
     *
     * @param certain whether only a person can repair it; otherwise something is missing, perhaps not for long
     * @param progress the progress that could be read
     * @param word the state word if that is odd, masked, at most {@value ErrorText#MAX_WORD} characters; else empty
     */
    record Odd(boolean certain, Progress progress, String word) implements StatusRead {}

    /** It finished with at least one file. The URLs are unchecked: whoever fetches them checks them. */
    record Finished(List<String> fileUrls) implements StatusRead {}

    /**
     * Failed or cancelled.
     *
     * @param message for the client: at most 500 characters, URLs and secrets masked, never empty
     */
    record Failed(String message) implements StatusRead {}

    /**
     * The read learnt nothing.
     *
     * @param code what APIDot answered, such as 401 for our key, 402 for our balance and 404 for a task that it does not know, at
     *     least now; 0 without an answer
     */
    record Trouble(long code) implements StatusRead {}
}
