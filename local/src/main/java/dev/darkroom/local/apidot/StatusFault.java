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

    /** Says this status and nothing of files or errors, wherever the task is. */
    record Says(String word) implements StatusFault {}
}
