package dev.darkroom.media;

import dev.darkroom.task.StoredImage;

/** Where the bytes are when the exchange with the media host is over. */
sealed interface Arrival {
    /** Nowhere: the copy has ended with this. */
    record Ended(CopyResult result) implements Arrival {}

    /** The whole image went to the bucket, which took it or not. */
    record Sent(ImagesBucket.Put put, StoredImage image) implements Arrival {}

    /** The bucket answered, or failed, before it had read all: what it holds is to be read there. */
    record Unread(ImagesBucket.Put put, String key) implements Arrival {}

    /** The whole image is in a file that the receiver of this must close. */
    record InFile(TemporaryFile file, ImageType type, StoredImage image) implements Arrival {}
}
