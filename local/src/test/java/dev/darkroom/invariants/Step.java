package dev.darkroom.invariants;

import dev.darkroom.task.Report;
import dev.darkroom.task.Task;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import java.time.Instant;
import java.util.Optional;

/** What somebody who works on a task does next: one outside call, between which anything else may happen. */
sealed interface Step {

    /** Submit: writes the record, unless it is there. */
    record Submit(String author) implements Step {}

    /** Submit: sends the task upstream. */
    record Send(Task recorded) implements Step {}

    /** Submit: writes upstream's id. */
    record Accept(Task recorded) implements Step {}

    /** Submit: writes upstream's id where somebody was quicker. */
    record AcceptAfterAll(Write write) implements Step {}

    /** Submit: removes what upstream refused. */
    record Remove(Task recorded) implements Step {}

    /** A webhook arrives, once upstream has the task. */
    record Deliver(Report report) implements Step {}

    /** Settle: claims the task. */
    record Claim(String claim) implements Step {}

    /** Settle: asks upstream. */
    record Look(Task task) implements Step {}

    /** Settle: writes the file into the bucket. */
    record Copy(Task task) implements Step {}

    /** Settle: writes what the look came to. */
    record Settle(Task held, Write write) implements Step {}

    /** Notify, sweep: the last write. */
    record Conclude(Write write) implements Step {}

    /**
     * Sweep: time passes until the task is overdue, and a query finds it.
     *
     * @param late whether so much time passes that the lease of whoever holds it is over as well
     */
    record Query(boolean late) implements Step {}

    /** Sweep: makes it due again. */
    record Wake(Waking.Overdue overdue) implements Step {}

    /** Notify: claims the callback. */
    record ClaimCallback(String claim) implements Step {}

    /** Notify: tells the client. */
    record Tell(Task task) implements Step {}

    /** Somebody wants the callback sent again: reads the task. */
    record SendAgain(String author) implements Step {}

    /** Makes the callback due again. */
    record MakeDueAgain(Write write) implements Step {}

    /** The task's user wants it deleted: reads the task. */
    record Delete(String author) implements Step {}

    /** Settle: lists the images of a deleted task. */
    record ListImages(Task task) implements Step {}

    /** Settle: notes that there was an image to remove, where that moves the last removal. */
    record NoteImage(Task task, Instant since, Write write) implements Step {}

    /** Settle: removes the images that it listed. */
    record RemoveImages(Task task, Instant since) implements Step {}

    /** Settle: lists and removes previews. */
    record RemovePreviews(Task task, Instant since, Optional<Write> tombstone) implements Step {}

    /** Preview: reads an image. */
    record ReadImage() implements Step {}

    /** Preview: writes what it made of the image. */
    record WritePreview(Instant since) implements Step {}

    /** Upstream's work comes to its end. */
    record UpstreamEnds() implements Step {}

    record Over() implements Step {}
}
