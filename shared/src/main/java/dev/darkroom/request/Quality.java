package dev.darkroom.request;

/** Output quality (APIDot README, "Request parameters"). A request without one gets {@link #LOW}. */
public enum Quality implements Spelled {
    LOW,
    MEDIUM,
    HIGH
}
