package dev.darkroom.media;

import dev.darkroom.net.OutsideAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Content encodings. The request asks for none, but some hosts answer with gzip anyway. */
final class Decoding {
    private Decoding() {}

    /** Whether the body is the image itself. */
    static boolean isIdentity(OutsideAnswer answer) {
        return coding(answer).equals("identity");
    }

    /** The decoded body; empty if its encoding is not known. The reader must limit its length. */
    static Optional<InputStream> decoded(OutsideAnswer answer) throws IOException {
        return switch (coding(answer)) {
            case "identity" -> Optional.of(answer.body());
            case "gzip", "x-gzip" -> Optional.of(new Unpacked(answer.body()));
            default -> Optional.empty();
        };
    }

    private static String coding(OutsideAnswer answer) {
        String coding = answer.header("Content-Encoding").orElse("").strip().toLowerCase(Locale.ROOT);
        return coding.isEmpty() ? "identity" : coding;
    }

    /** The JDK's stream calls itself for each further member, so a body of many empty members would overflow the stack. */
    private static final class Unpacked extends GZIPInputStream {
        private static final int MOST_CALLS = 100;

        private int calls;

        Unpacked(InputStream in) throws IOException {
            super(in, 8192);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            calls++;
            try {
                if (calls > MOST_CALLS) {
                    throw new IOException("too many empty members");
                }
                return super.read(buffer, offset, length);
            } finally {
                calls--;
            }
        }
    }
}
