package dev.darkroom.net;

/** How an exchange with an outside host went. None of these quotes a URL. */
public sealed interface Exchange<T> {
    /** The host answered, with whatever status, and the answer was read to where its reader wanted. */
    record Answered<T>(T value) implements Exchange<T> {}

    /** It did not, or broke off; a later attempt may go better. */
    record Failed<T>(Trouble trouble) implements Exchange<T> {}

    /**
     * Nothing was sent to where this URL, or one that it redirects to, leads; nor will it be later. The reason reads on from
     * "the URL", such as "must use https".
     */
    record Forbidden<T>(String reason) implements Exchange<T> {}

    /** Where this URL, or one that it redirects to, leads cannot be told. The reason reads on from "the URL". */
    record Unreadable<T>(String reason) implements Exchange<T> {}

    /** The host, or one that it redirects to, is not on the list. */
    record HostNotListed<T>() implements Exchange<T> {}

    /** Why there is no answer. */
    enum Trouble {
        NAME_NOT_RESOLVED,
        /** The name leads to an address that is not public, now; nothing was sent there. */
        ADDRESS_NOT_PUBLIC,
        /** Refused, reset, cut off in the middle, or no HTTP. */
        CONNECTION_FAILED,
        TLS_FAILED,
        TIMED_OUT
    }
}
