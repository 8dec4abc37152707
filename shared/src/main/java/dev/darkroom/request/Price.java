package dev.darkroom.request;

import org.jspecify.annotations.Nullable;

/**
 * What one image costs; the same for both models (APIDot README, "Model-specific pricing").
 *
 * @param resolution the tier that is billed, which may be lower than the requested one
 */
public record Price(Resolution resolution, Credits credits) {

    /** The price of a request. Null means that the client left the field out. */
    public static Price of(@Nullable Quality quality, @Nullable Size size, @Nullable Resolution resolution) {
        Resolution billed =
                billed(size == null ? Size.Auto.AUTO : size, resolution == null ? Resolution.K1 : resolution);
        return new Price(billed, new Credits(credits(quality == null ? Quality.LOW : quality, billed)));
    }

    /** README, "Request parameters" (auto is 1K) and the FAQ on size and resolution (what is true 4K). */
    private static Resolution billed(Size size, Resolution asked) {
        return switch (size) {
            case Size.Auto _ -> Resolution.K1;
            case Size.Preset preset -> preset.reaches4K() ? asked : atMost2K(asked);
            case Size.Custom custom -> custom.has4KEdge() ? asked : atMost2K(asked);
        };
    }

    private static Resolution atMost2K(Resolution asked) {
        return asked == Resolution.K4 ? Resolution.K2 : asked;
    }

    private static int credits(Quality quality, Resolution billed) {
        return switch (quality) {
            case LOW -> tier(billed, 1, 2, 4);
            case MEDIUM -> tier(billed, 3, 6, 12);
            case HIGH -> tier(billed, 12, 24, 48);
        };
    }

    private static int tier(Resolution billed, int k1, int k2, int k4) {
        return switch (billed) {
            case K1 -> k1;
            case K2 -> k2;
            case K4 -> k4;
        };
    }
}
