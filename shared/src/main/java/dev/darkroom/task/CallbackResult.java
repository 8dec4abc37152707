package dev.darkroom.task;

/**
 * The result of an attempt at a client's callback: an HTTP status, or one of a few words. It never holds a URL or the receiver's
 * answer.
 */
public sealed interface CallbackResult {
    String text();

    /** The receiver answered. */
    record Answered(int httpStatus) implements CallbackResult {
        @Override
        public String text() {
            return Integer.toString(httpStatus);
        }
    }

    /** There was no answer. */
    enum Unanswered implements CallbackResult {
        NAME_NOT_RESOLVED("name not resolved"),
        ADDRESS_NOT_PUBLIC("address not public"),
        CONNECTION_FAILED("connection failed"),
        TLS_FAILED("TLS failed"),
        TIMED_OUT("timed out"),
        /** The rules for addresses do not allow the URL any more. */
        URL_NOT_ALLOWED("URL not allowed"),
        /** A bug of ours prevented the request. */
        NOT_SENT("not sent");

        private final String text;

        Unanswered(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }
}
