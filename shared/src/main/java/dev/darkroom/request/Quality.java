package dev.darkroom.request;

/** Output quality (APIDot README, "Request parameters"). A request without one gets {@link #LOW}. */
public enum Quality implements Spelled {
    LOW("low"),
    MEDIUM("medium"),
    HIGH("high");

    private final String text;

    Quality(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
