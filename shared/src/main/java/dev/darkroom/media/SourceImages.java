package dev.darkroom.media;

import dev.darkroom.net.Exchange;
import dev.darkroom.net.Exchange.Answered;
import dev.darkroom.net.Exchange.Failed;
import dev.darkroom.net.Exchange.NotAllowed;
import dev.darkroom.net.HostList;
import dev.darkroom.net.OutsideAnswer;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.Verdict;
import dev.darkroom.task.ImageType;
import dev.darkroom.task.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Checks the source images of an edit before money is spent. Each must exist, be a PNG, JPEG or WebP, and be small enough for
 * APIDot. It fetches only the first bytes from a stranger's host. An image in the bucket must also be complete. Thread-safe.
 */
public record SourceImages(OutsideHttp http, ImagesBucket bucket) {
    /** APIDot's page says 10 MB. This reads it as 10 MiB, in bytes. */
    public static final long MAX_BYTES = 10L << 20;

    /** One message for every object that must not be used, whether it is another user's or gone. So guessing reveals nothing. */
    public static final String NOT_YOURS =
            "must be your own upload, or a file of your own finished task, that still exists";

    private static final String TOO_LARGE = "must be at most 10 MB";
    private static final String NO_IMAGE = "must be a PNG, JPEG or WebP image";

    /**
     * Looks at an image on the web.
     *
     * @param url one that the rules have allowed
     * @return what is wrong with it; the text continues a sentence that begins with the image's name, and quotes nothing
     */
    public Optional<String> look(URI url, Duration limit) {
        return switch (http.get(url.toString(), HostList.all(), limit, SourceImages::judge)) {
            case Answered<Optional<String>>(Optional<String> problem) -> problem;
            case Failed<Optional<String>>(Exchange.Trouble trouble, boolean _) ->
                Optional.of(
                        switch (trouble) {
                            case NAME_NOT_RESOLVED -> "could not be fetched: its host name is not known";
                            case ADDRESS_NOT_PUBLIC -> "must have a public address";
                            case CONNECTION_FAILED -> "could not be fetched: the connection failed";
                            case TLS_FAILED -> "could not be fetched: no secure connection to its host";
                            case TIMED_OUT -> "could not be fetched in time";
                        });
            case NotAllowed<Optional<String>>(Verdict.Refused why) -> Optional.of(why.reason());
        };
    }

    private static Optional<String> judge(OutsideAnswer answer) throws IOException {
        if (answer.status() != 200) {
            return Optional.of("could not be fetched: its host answered " + answer.status());
        }
        OptionalLong length = answer.length();
        if (length.isPresent() && length.getAsLong() > MAX_BYTES) {
            return Optional.of(TOO_LARGE);
        }
        InputStream body = answer.body();
        if (ImageType.of(body.readNBytes(ImageType.HEAD)).isEmpty()) {
            return Optional.of(NO_IMAGE);
        }
        return length.isPresent() || isAtMost(MAX_BYTES - ImageType.HEAD, body)
                ? Optional.empty()
                : Optional.of(TOO_LARGE);
    }

    /**
     * The same for an object of the bucket: one request for one byte more than allowed, which shows whether the image is too long.
     *
     * @throws StoreUnavailableException if the bucket does not answer, which is not the client's fault
     */
    public Optional<String> look(String key, Duration limit) {
        try {
            Optional<ImageProbe> probed = bucket.read(key, "bytes=0-" + MAX_BYTES, limit, (_, body) -> {
                ImageProbe probe = new ImageProbe();
                body.transferTo(probe);
                return probe;
            });
            if (probed.isEmpty()) {
                return Optional.of(NOT_YOURS);
            }
            if (probed.get().length() > MAX_BYTES) {
                return Optional.of(TOO_LARGE);
            }
            return switch (probed.get().look()) {
                case ImageProbe.Look.Whole _ -> Optional.empty();
                case ImageProbe.Look.Truncated _ -> Optional.of("must be a complete image");
                case ImageProbe.Look.NotAnImage _, ImageProbe.Look.OtherKind _ -> Optional.of(NO_IMAGE);
            };
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
    }

    private static boolean isAtMost(long bytes, InputStream body) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        long count = 0;
        for (int n = body.read(buffer); n >= 0 && count <= bytes; n = body.read(buffer)) {
            count += n;
        }
        return count <= bytes;
    }
}
