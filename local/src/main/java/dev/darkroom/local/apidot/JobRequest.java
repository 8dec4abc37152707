package dev.darkroom.local.apidot;

import org.jspecify.annotations.Nullable;

/**
 * A submit that APIDot would take.
 *
 * @param sources how many source images an edit names; 0 for a new image
 * @param width of the image, in pixels
 * @param credits what it costs when it succeeds
 */
record JobRequest(
        String model,
        String prompt,
        int sources,
        int width,
        int height,
        int credits,
        @Nullable String callbackUrl) {}
