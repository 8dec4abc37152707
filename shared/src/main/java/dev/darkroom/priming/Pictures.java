package dev.darkroom.priming;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;

/** The smallest whole pictures of each kind that is stored. */
public final class Pictures {
    /** Bytes of padding: none to speak of. */
    public static final int SMALL = 16;

    /** Bytes of padding: so much that a picture comes in several pieces, as real ones do. */
    public static final int LARGE = 256 * 1024;

    private static final byte[] PNG_HEADER =
            hex("89504e470d0a1a0a" + "0000000d49484452" + "00000001" + "00000001" + "0800000000" + "00000000");
    private static final byte[] PNG_DATA =
            hex("0000000149444154" + "00" + "00000000" + "0000000049454e44" + "ae426082");

    private Pictures() {}

    /** A PNG with so many bytes of padding in a chunk of its own; its checksums are not right. */
    public static Reply png(int padding) {
        byte[] png = ByteBuffer.allocate(PNG_HEADER.length + 12 + padding + PNG_DATA.length)
                .put(PNG_HEADER)
                .putInt(padding)
                .put(hex("70614464"))
                .position(PNG_HEADER.length + 12 + padding)
                .put(PNG_DATA)
                .array();
        return Reply.of(200, "image/png", png);
    }

    /** One component, one scan of nothing. */
    public static Reply jpeg() {
        return Reply.of(
                200,
                "image/jpeg",
                hex("ffd8ffe000040000ffc0000b0800010001010111 00ffda0008010100003f0000ff00ffd9".replace(" ", "")));
    }

    /** One lossless transparent pixel. */
    public static Reply webp() {
        return Reply.of(
                200, "image/webp", Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
