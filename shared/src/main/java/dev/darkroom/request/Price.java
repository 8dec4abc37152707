package dev.darkroom.request;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one image costs; the same for both models (APIDot README, "Model-specific pricing").
 *
 * @param resolution the tier that is billed, which may be lower than the requested one
 */
public record Price(Resolution resolution, int credits) {
    /** APIDot README, "Pricing on APIDot". */
    private static final BigDecimal USD_PER_CREDIT = new BigDecimal("0.005");

    /** The price of a request. Null means that the client left the field out. */
    public static Price of(@Nullable Quality quality, @Nullable Size size, @Nullable Resolution resolution) {
        Resolution asked = resolution == null ? Resolution.K1 : resolution;
        Resolution highest = (size == null ? Size.Named.AUTO : size).highest();
        Resolution billed = asked.compareTo(highest) < 0 ? asked : highest;
        return new Price(billed, credits(quality == null ? Quality.LOW : quality, billed));
    }

    /** The exact amount in US dollars, with at least two decimals: {@code 0.06}, {@code 0.005}. */
    public String usd() {
        BigDecimal exact = USD_PER_CREDIT.multiply(BigDecimal.valueOf(credits)).stripTrailingZeros();
        return (exact.scale() < 2 ? exact.setScale(2) : exact).toPlainString();
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
