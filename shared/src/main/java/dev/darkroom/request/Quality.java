package dev.darkroom.request;

import dev.darkroom.task.Word;

/** Output quality (APIDot README, "Request parameters"). A request without one gets {@link #LOW}. */
public enum Quality implements Word {
    LOW,
    MEDIUM,
    HIGH
}
