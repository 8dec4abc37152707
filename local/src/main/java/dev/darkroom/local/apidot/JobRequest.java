package dev.darkroom.local.apidot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A submit that APIDot accepts.
 *
 * @param sources the URLs of the images that an edit names; empty for a new image
 * @param width of the image, in pixels
 * @param credits what it costs when it succeeds
 */
record JobRequest(
        String model,
        String prompt,
        List<String> sources,
        int width,
        int height,
        int credits,
        @Nullable String callbackUrl) {}
