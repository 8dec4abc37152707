package dev.darkroom.bench;

/** The answer times of the servers around a function, as docs/capacity.md assumes them. They are assumptions; no source documents them. */
enum Latency {
    /** Each call. */
    DYNAMODB(5),
    APIDOT_SUBMIT(1_400),
    APIDOT_STATUS(500),
    /** A host of finished images, from the request to the last byte of two megabytes. */
    IMAGE_HOST(700),
    S3_GET(50),
    /** From the last byte to the answer. */
    S3_PUT(200),
    /** A client's receiver of callbacks. */
    RECEIVER(700);

    final long millis;

    Latency(long millis) {
        this.millis = millis;
    }

    void pass() {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
