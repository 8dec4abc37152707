package dev.darkroom.net;

/** The outcome of an exchange with an outside host. It never quotes a URL. */
public sealed interface Exchange<T> {
    /** The outcome of one request that was allowed. */
    sealed interface Attempt<T> extends Exchange<T> {}

    /** At least the head of an answer came, with any status, and the reader took what it wanted. */
    record Answered<T>(T value) implements Attempt<T> {}

    /**
     * The host did not answer, or broke off. A later attempt may succeed.
     *
     * @param sent whether the last request, or a part of it, may have reached the host; if not, not one byte was written or will be
     */
    record Failed<T>(Trouble trouble, boolean sent) implements Attempt<T> {}

    /** The URL, or one that it redirects to, is not allowed. Nothing was sent there. */
    record NotAllowed<T>(Verdict.Refused why) implements Exchange<T> {}

    /** Why there is no answer. */
    enum Trouble {
        NAME_NOT_RESOLVED,
        /** The name now resolves to an address that is not public. Nothing was sent there. */
        ADDRESS_NOT_PUBLIC,
        /** The connection was refused, reset or cut off, or the answer is not HTTP. */
        CONNECTION_FAILED,
        TLS_FAILED,
        /** The time was over, or the client's own time-out struck. */
        TIMED_OUT
    }
}
