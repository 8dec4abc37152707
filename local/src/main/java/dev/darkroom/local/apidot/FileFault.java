package dev.darkroom.local.apidot;

import java.time.Duration;

/** What may go wrong while a file is downloaded. It happens to one download. */
public sealed interface FileFault extends Fault {

    /** Answers like this: 403, 404, 410, 5xx, or a redirect to another place. */
    record Answers(Reply reply) implements FileFault {}

    /** Sends a page of HTML and calls it an image. */
    record WrongType() implements FileFault {}

    /** States the whole length, sends half of it, and closes the connection. */
    record CutShort() implements FileFault {}

    /** Sends the first half of the image as a complete answer, as with a Content-Length that is too small. */
    record Halved() implements FileFault {}

    /** Sends 200 with a body of no byte. */
    record Empty() implements FileFault {}

    /** Sends a valid PNG of at least so many bytes, with or without its length stated. */
    record Huge(long bytes, boolean lengthStated) implements FileFault {}

    /** Sends a PNG that never ends, until the client goes. */
    record Endless() implements FileFault {}

    /** Sends the image without a Content-Length. */
    record Chunked() implements FileFault {}

    /** Sends the image with {@code Content-Encoding: gzip}, asked for or not. */
    record Gzipped() implements FileFault {}

    /** Sends a gzip-encoded body of so many bytes, which is tiny on the wire. */
    record GzipBomb(long bytes) implements FileFault {}

    /** Redirects so many times before it sends the image. */
    record Redirects(int hops) implements FileFault {}

    /** Sends no more than so many bytes in a second. */
    record Slow(int bytesPerSecond) implements FileFault {}

    /** Keeps the client waiting, then sends the image. */
    record Hangs(Duration time) implements FileFault {}
}
