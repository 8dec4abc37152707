package dev.darkroom.task;

import java.util.Locale;

/** How far telling the client of its task's end has come. Absent until the task ends, and without a callback URL. */
public enum CallbackStatus {
    /** Somebody must send it now. */
    DUE,
    /** One worker is sending it until its lease ends. */
    SENDING,
    /** An attempt failed; the next one is due later. */
    WAITING,
    /** The client answered 2xx. Left only when it is sent again. */
    DELIVERED,
    /** Given up. Left only when it is sent again. */
    FAILED;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The status's name in the table. */
    public String text() {
        return text;
    }

    static CallbackStatus of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
