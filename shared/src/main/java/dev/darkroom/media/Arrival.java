package dev.darkroom.media;

import dev.darkroom.task.StoredImage;

/** Where the bytes are after the exchange with the media host. */
sealed interface Arrival {
    /** Nowhere. This is the result of the copy. */
    record Ended(CopyResult result) implements Arrival {}

    /** The whole image was sent to the bucket, which may have refused it. */
    record Sent(ImagesBucket.Put put, StoredImage image) implements Arrival {}

    /** The bucket answered or failed before it had read everything. Read there what it has. */
    record Unread(ImagesBucket.Put put, String key) implements Arrival {}

    /** The whole image is in a file, which the receiver must close. */
    record InFile(TemporaryFile file, ImageType type, StoredImage image) implements Arrival {}
}
