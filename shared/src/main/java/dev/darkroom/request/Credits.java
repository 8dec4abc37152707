package dev.darkroom.request;

import java.math.BigDecimal;

/** An amount of APIDot credits, 0 or more. */
public record Credits(int value) {
    /** APIDot README, "Pricing on APIDot". */
    private static final BigDecimal USD_PER_CREDIT = new BigDecimal("0.005");

    public Credits {
        if (value < 0) {
            throw new IllegalArgumentException("credits below zero");
        }
    }

    /** The exact amount in US dollars, with at least two decimals: {@code 0.06}, {@code 0.005}. */
    public String usd() {
        BigDecimal exact = USD_PER_CREDIT.multiply(BigDecimal.valueOf(value)).stripTrailingZeros();
        return (exact.scale() < 2 ? exact.setScale(2) : exact).toPlainString();
    }
}
