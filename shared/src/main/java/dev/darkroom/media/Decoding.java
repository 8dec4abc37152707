package dev.darkroom.media;

import dev.darkroom.net.OutsideAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Content codings: none was asked for, but some hosts answer with gzip all the same. */
final class Decoding {
    private Decoding() {}

    /** Whether the body is the image itself. */
    static boolean isIdentity(OutsideAnswer answer) {
        return coding(answer).equals("identity");
    }

    /** The decoded body, or empty if its coding is not understood. How long it gets is for the reader to bound. */
    static Optional<InputStream> decoded(OutsideAnswer answer) throws IOException {
        return switch (coding(answer)) {
            case "identity" -> Optional.of(answer.body());
            case "gzip", "x-gzip" -> Optional.of(new GZIPInputStream(answer.body(), 8192));
            default -> Optional.empty();
        };
    }

    private static String coding(OutsideAnswer answer) {
        String coding = answer.header("Content-Encoding").orElse("").strip().toLowerCase(Locale.ROOT);
        return coding.isEmpty() ? "identity" : coding;
    }
}
