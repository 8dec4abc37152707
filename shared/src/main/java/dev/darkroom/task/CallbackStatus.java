package dev.darkroom.task;

import java.util.Locale;

/** The state of the client's callback. Absent until the task ends, and for a task without a callback URL. */
public enum CallbackStatus {
    /** Somebody must send it now. */
    DUE,
    /** One worker is sending it until its lease ends. */
    SENDING,
    /** An attempt failed; the next one is due later. */
    WAITING,
    /** The client answered 2xx. It stays so unless somebody sends the callback again. */
    DELIVERED,
    /** Given up. It stays so unless somebody sends the callback again. */
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
