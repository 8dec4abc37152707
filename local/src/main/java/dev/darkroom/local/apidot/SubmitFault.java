package dev.darkroom.local.apidot;

import java.time.Duration;

/** What may go wrong while a submit is answered. It happens to one submit request. */
public sealed interface SubmitFault extends Fault {

    /** Answers like this. With {@code accepted} the task exists anyway, runs and is paid. */
    record Answers(Reply reply, boolean accepted) implements SubmitFault {}

    /** Keeps the client waiting, then answers normally. The task exists before or only after the wait. */
    record Hangs(Duration time, Moment moment) implements SubmitFault {}

    /** Reads the request and closes the connection without a byte of answer, with or without a task. */
    record Cuts(Moment moment) implements SubmitFault {}

    /** Ends the task at once, and sends its webhook before it answers the submit. */
    record WebhookFirst() implements SubmitFault {}
}
