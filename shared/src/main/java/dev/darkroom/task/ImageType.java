package dev.darkroom.task;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The kinds of images that Darkroom stores and takes for edits. Of a stored image only the first bytes tell the kind. */
public enum ImageType {
    PNG("png", "image/png"),
    JPEG("jpg", "image/jpeg"),
    WEBP("webp", "image/webp");

    /** How many first bytes are enough to tell the type. */
    public static final int HEAD = 12;

    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] JPEG_SIGNATURE = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    private static final byte[] RIFF = "RIFF".getBytes(ISO_8859_1);
    private static final byte[] WEBP_FORM = "WEBP".getBytes(ISO_8859_1);

    /** GIF, BMP, TIFF of either byte order and BigTIFF, JPEG XL bare and in a container. */
    private static final List<String> OTHERS =
            List.of("GIF8", "BM", "II*\0", "MM\0*", "II+\0", "MM\0+", "\u00ff\n", "\0\0\0\fJXL ");

    /** AVIF and HEIC (ISO 23000-22, 23008-12). */
    private static final Set<String> FTYP_BRANDS =
            Set.of("avif", "avis", "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");

    private final String extension;
    private final String contentType;

    ImageType(String extension, String contentType) {
        this.extension = extension;
        this.contentType = contentType;
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
        if (has(head, 0, PNG_SIGNATURE)) {
            return Optional.of(PNG);
        }
        if (has(head, 0, JPEG_SIGNATURE)) {
            return Optional.of(JPEG);
        }
        return has(head, 0, RIFF) && has(head, 8, WEBP_FORM) ? Optional.of(WEBP) : Optional.empty();
    }

    /** Whether these are the first bytes of a picture that Darkroom does not store. */
    public static boolean isOtherKind(byte[] head) {
        String text = new String(head, ISO_8859_1);
        boolean other = OTHERS.stream().anyMatch(text::startsWith);
        return other
                || (text.length() >= HEAD
                        && text.startsWith("ftyp", 4)
                        && FTYP_BRANDS.contains(text.substring(8, HEAD)));
    }

    private static boolean has(byte[] bytes, int offset, byte[] part) {
        int end = offset + part.length;
        return bytes.length >= end && Arrays.equals(bytes, offset, end, part, 0, part.length);
    }
}
