package dev.darkroom.proof;

import dev.darkroom.task.Report;
import dev.darkroom.task.Task;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;

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

    /** Settle, notify: writes what came of it. */
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

    /** Upstream's work comes to its end. */
    record UpstreamEnds() implements Step {}

    record Over() implements Step {}
}
