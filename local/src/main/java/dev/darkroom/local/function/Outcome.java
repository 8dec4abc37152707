package dev.darkroom.local.function;

/** How an invocation ended. */
public sealed interface Outcome {

    /** The handler returned; {@code output} is what it wrote. */
    record Answered(String output) implements Outcome {}

    /** The handler threw. */
    record Failed() implements Outcome {}

    /** The handler took longer than the function's time-out and was interrupted. */
    record TimedOut() implements Outcome {}
}
