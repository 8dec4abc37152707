package dev.darkroom.media;

import dev.darkroom.config.Environment;
import java.time.Duration;

/** Signs GETs of stored images for their owners. A URL works for {@code DOWNLOAD_URL_SECONDS} at most. Thread-safe. */
public final class DownloadUrls {
    /** The longest that SigV4 allows: seven days, in seconds. */
    private static final long LONGEST = 604_800;

    private final PresignedUrls urls;
    private final Duration validity;

    public DownloadUrls(Environment environment) {
        this(environment, new PresignedUrls(environment));
    }

    DownloadUrls(Environment environment, PresignedUrls urls) {
        this.urls = urls;
        this.validity = Duration.ofSeconds(environment.integer("DOWNLOAD_URL_SECONDS", 3600, 1, LONGEST));
    }

    /** A presigned URL of the object with this key. It works for whoever has it. */
    public String sign(String key) {
        return urls.get(key, validity);
    }
}
