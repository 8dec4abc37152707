package dev.darkroom.task;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** The kinds of images that Darkroom stores and takes for edits. Of a stored image only the first bytes tell the kind. */
public enum ImageType {
    PNG("png", "image/png", "\\x89PNG\\r\\n\\x1a\\n"),
    JPEG("jpg", "image/jpeg", "\\xff\\xd8\\xff"),
    WEBP("webp", "image/webp", "RIFF.{4}WEBP");

    /** How many first bytes are enough to tell the type. */
    public static final int HEAD = 12;

    /**
     * GIF, BMP, TIFF of either byte order and BigTIFF, JPEG XL bare and in a container; AVIF and HEIC (ISO 23000-22, 23008-12).
     */
    private static final Pattern OTHERS = firstBytes("GIF8|BM|II[*+]\\x00|MM\\x00[*+]|\\xff\\n|\\x00{3}\\fJXL "
            + "|.{4}ftyp(avif|avis|heic|heix|heim|heis|hevc|hevx|mif1|msf1)");

    private final String extension;
    private final String contentType;
    private final Pattern firstBytes;

    ImageType(String extension, String contentType, String firstBytes) {
        this.extension = extension;
        this.contentType = contentType;
        this.firstBytes = firstBytes(firstBytes);
    }

    /** Each byte is a character of ISO 8859-1. */
    private static Pattern firstBytes(String regex) {
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    /** As in an S3 key, without a dot. */
    public String extension() {
        return extension;
    }

    public String contentType() {
        return contentType;
    }

    /** The type that HTTP names so. */
    public static Optional<ImageType> named(String contentType) {
        return Arrays.stream(values())
                .filter(type -> type.contentType.equals(contentType))
                .findFirst();
    }

    /** The type of a file that begins with these bytes. Fewer than {@link #HEAD} bytes may not be enough. */
    public static Optional<ImageType> of(byte[] head) {
        String text = new String(head, ISO_8859_1);
        return Arrays.stream(values())
                .filter(type -> type.firstBytes.matcher(text).lookingAt())
                .findFirst();
    }

    /** Whether these are the first bytes of a picture that Darkroom does not store. */
    public static boolean isOtherKind(byte[] head) {
        return OTHERS.matcher(new String(head, ISO_8859_1)).lookingAt();
    }
}
