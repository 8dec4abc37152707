package dev.darkroom.invariants;

import dev.darkroom.task.Report;
import dev.darkroom.task.Task;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import java.time.Instant;
import java.util.Optional;

/** An actor's next step. A step has at most one outside call, and other actors may take steps between any two. */
sealed interface Step {

    /** Submit: writes the record, unless it exists. */
    record Submit(String author) implements Step {}

    /** Submit: sends the task upstream. */
    record Send(Task recorded) implements Step {}

    /** Submit: writes upstream's id. */
    record Accept(Task recorded) implements Step {}

    /** Submit: writes upstream's id after a webhook has changed the task. */
    record AcceptAfterAll(Write write) implements Step {}

    /** Submit: removes the record of a task that upstream refused. */
    record Remove(Task recorded) implements Step {}

    /** A webhook arrives, once upstream has the task. */
    record Deliver(Report report) implements Step {}

    /** Settle: claims the task. */
    record Claim(String claim) implements Step {}

    /** Settle: reads upstream's status. */
    record Look(Task task) implements Step {}

    /** Settle: writes the file into the bucket. */
    record Copy(Task task) implements Step {}

    /** Settle: writes the result of the look. */
    record Settle(Task held, Write write) implements Step {}

    /** Notify, sweep: the last write. */
    record Conclude(Write write) implements Step {}

    /**
     * Sweep: waits until the task is overdue, and finds it by a query.
     *
     * @param late whether the wait is so long that the lease has ended as well
     */
    record Query(boolean late) implements Step {}

    /** Sweep: makes the task due again. */
    record Wake(Waking.Overdue overdue) implements Step {}

    /** Notify: claims the callback. */
    record ClaimCallback(String claim) implements Step {}

    /** Notify: sends the callback to the client. */
    record Tell(Task task) implements Step {}

    /** Send the callback again: reads the task. */
    record SendAgain(String author) implements Step {}

    /** Send the callback again: makes it due. */
    record MakeDueAgain(Write write) implements Step {}

    /** Delete: reads the task. */
    record Delete(String author) implements Step {}

    /** Settle: lists the images of a deleted task. */
    record ListImages(Task task) implements Step {}

    /** Settle: records that there was an image to remove, if that moves the last removal. */
    record NoteImage(Task task, Instant since, Write write) implements Step {}

    /** Settle: removes the images that it listed. */
    record RemoveImages(Task task, Instant since) implements Step {}

    /** Settle: lists and removes previews. */
    record RemovePreviews(Task task, Instant since, Optional<Write.Update> tombstone) implements Step {}

    /** Preview: reads an image. */
    record ReadImage() implements Step {}

    /** Preview: writes the preview. */
    record WritePreview(Instant since) implements Step {}

    /** Upstream's task ends. */
    record UpstreamEnds() implements Step {}

    record Over() implements Step {}
}
