package dev.darkroom.task;

/** Who named the upstream task of a task. */
public enum UpstreamSource implements Word {
    /** The answer to our own submit, which is certain. */
    SUBMIT,
    /** A webhook, which may name any task. */
    WEBHOOK
}
