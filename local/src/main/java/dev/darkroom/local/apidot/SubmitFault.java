package dev.darkroom.local.apidot;

import java.time.Duration;

/** What may go wrong while a submit is answered. It happens to one submit request. */
public sealed interface SubmitFault extends Fault {

    /** Answers like this; with {@code accepted} the task exists all the same, and runs, and is paid. */
    record Answers(Reply reply, boolean accepted) implements SubmitFault {}

    /** Keeps the client waiting; then answers as if nothing had been. The task exists before or only after the wait. */
    record Hangs(Duration time, Moment moment) implements SubmitFault {}

    /** Reads the request and closes the connection without a byte of answer, with or without a task. */
    record Cuts(Moment moment) implements SubmitFault {}

    /** Ends the task at once, and sends its webhook and has that answered before it answers the submit. */
    record WebhookFirst() implements SubmitFault {}
}
