package dev.darkroom.local.apidot;

import java.time.Duration;

/** What may go wrong while a status is read. It happens to one read. */
public sealed interface StatusFault extends Fault {

    /** Answers like this. */
    record Answers(Reply reply) implements StatusFault {}

    /** Keeps the client waiting, then answers properly. */
    record Hangs(Duration time) implements StatusFault {}

    /** Closes the connection without a byte of answer. */
    record Cuts() implements StatusFault {}

    /** Answers this status without files or an error, whatever the task's state. */
    record Says(String word) implements StatusFault {}
}
