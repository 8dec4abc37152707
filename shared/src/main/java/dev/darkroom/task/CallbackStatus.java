package dev.darkroom.task;

/** The state of the client's callback. Absent until the task ends, and for a task without a callback URL. */
public enum CallbackStatus implements Word {
    /** Somebody must send it now. */
    DUE,
    /** One worker is sending it until its lease ends. */
    SENDING,
    /** An attempt failed; the next one is due later. */
    WAITING,
    /** The client answered 2xx. It stays so unless somebody sends the callback again. */
    DELIVERED,
    /** Given up. It stays so unless somebody sends the callback again. */
    FAILED
}
