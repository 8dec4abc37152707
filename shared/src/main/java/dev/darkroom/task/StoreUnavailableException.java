package dev.darkroom.task;

/** The table or the bucket did not answer, or is unavailable. A write may or may not have been done. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(Throwable cause) {
        super("storage is unavailable", cause);
    }
}
