package dev.darkroom.task;

/** The state of a task, as upstream reports it and as clients see it. */
public enum UpstreamStatus implements Word {
    NOT_STARTED,
    RUNNING,
    FINISHED,
    FAILED
}
