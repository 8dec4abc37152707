package dev.darkroom.task;

/** The table or the bucket did not answer, or answered that it cannot now. Whether a write was done is not known. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(Throwable cause) {
        super("storage is unavailable", cause);
    }
}
