package dev.darkroom.request;

import dev.darkroom.task.Word;

/** Resolution tier (APIDot README, "Request parameters"). A request without one gets {@link #K1}. */
public enum Resolution implements Word {
    K1("1K"),
    K2("2K"),
    K4("4K");

    private final String text;

    Resolution(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
