package dev.darkroom.local.apidot;

import java.time.Duration;
import java.util.List;

/** An unusual course of a task, decided when the task is accepted. One task can have several. */
public sealed interface TaskFault extends Fault {

    /**
     * Ends without an image. In the message, {@code {prompt}}, {@code {callback_url}} and {@code {file_url}} are replaced by the
     * task's own, because real error texts quote them.
     *
     * @param word what the status says: {@code failed}, {@code cancelled}, {@code canceled}
     */
    record Fails(String word, String message) implements TaskFault {}

    /** Never ends, and answers this word for ever, such as {@code running}. */
    record NeverEnds(String word) implements TaskFault {}

    /** Says other words than {@code running} and {@code finished}: {@code processing}, {@code success}. */
    record Spells(String running, String finished) implements TaskFault {}

    /** Finishes with so many files, 0..100. */
    record HasFiles(int count) implements TaskFault {}

    /** Finishes with any file URLs. */
    record HasFileUrls(List<String> urls) implements TaskFault {
        public HasFileUrls {
            urls = List.copyOf(urls);
        }
    }

    /** Its files have this format, and their URLs end like this, right or wrong. */
    record Draws(PictureFormat format, String extension) implements TaskFault {}

    /** Takes so long from acceptance to its end. */
    record Takes(Duration time) implements TaskFault {}

    /** Sends a webhook that says {@code running} when it begins to run. */
    record ReportsProgress() implements TaskFault {}
}
