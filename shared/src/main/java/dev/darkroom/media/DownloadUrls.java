package dev.darkroom.media;

import dev.darkroom.config.Environment;
import java.time.Duration;

/** Signs GETs of stored images for their owners. A URL works for {@code DOWNLOAD_URL_SECONDS} at most. Thread-safe. */
public final class DownloadUrls {
    /** SigV4's own longest, seven days in seconds. */
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

    /** A URL that gives whoever holds it the object of this key. */
    public String sign(String key) {
        return urls.get(key, validity);
    }
}
