package dev.darkroom.request;

import dev.darkroom.task.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shape of the image (APIDot README, "Request parameters"). A request without one gets {@link Named#AUTO}. */
public sealed interface Size {

    /** As the API spells it. */
    String text();

    /** The highest resolution that it reaches, and so is billed at (README, "Request parameters"; FAQ on size and resolution). */
    Resolution highest();

    /** A named aspect ratio, or {@code auto}: the model chooses. */
    enum Named implements Size, Word {
        AUTO("auto", Resolution.K1),
        SQUARE("1:1", Resolution.K2),
        PORTRAIT_2_3("2:3", Resolution.K2),
        LANDSCAPE_3_2("3:2", Resolution.K2),
        PORTRAIT_3_4("3:4", Resolution.K2),
        LANDSCAPE_4_3("4:3", Resolution.K2),
        PORTRAIT_4_5("4:5", Resolution.K2),
        LANDSCAPE_5_4("5:4", Resolution.K2),
        PORTRAIT_9_16("9:16", Resolution.K4),
        LANDSCAPE_16_9("16:9", Resolution.K4),
        LANDSCAPE_21_9("21:9", Resolution.K4);

        private final String text;
        private final Resolution highest;

        Named(String text, Resolution highest) {
            this.text = text;
            this.highest = highest;
        }

        @Override
        public String text() {
            return text;
        }

        @Override
        public Resolution highest() {
            return highest;
        }
    }

    /** Width and height in pixels. In a checked request they have no {@link #problems}. */
    record Custom(int width, int height) implements Size {
        /** Every edge is a multiple of this. */
        private static final int STEP = 16;

        static final int MAX_EDGE = 3840;
        private static final int MAX_RATIO = 3;
        private static final int MIN_PIXELS = 655_360;
        private static final int MAX_PIXELS = 8_294_400;

        // Nine digits fit an int. A text with a longer edge is not a size.
        private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})x([1-9][0-9]{0,8})");

        @Override
        public String text() {
            return width + "x" + height;
        }

        /** Only an image with such an edge is billed as 4K. */
        @Override
        public Resolution highest() {
            return width == MAX_EDGE || height == MAX_EDGE ? Resolution.K4 : Resolution.K2;
        }

        /** Everything that is wrong with these edges. The rules are OpenAI's for GPT Image 2; APIDot publishes none. */
        List<String> problems() {
            List<String> problems = new ArrayList<>();
            if (width % STEP != 0 || height % STEP != 0) {
                problems.add("width and height must be multiples of " + STEP);
            }
            if (width > MAX_EDGE || height > MAX_EDGE) {
                problems.add("width and height must be at most " + MAX_EDGE + " pixels");
            }
            if (Math.max(width, height) > (long) MAX_RATIO * Math.min(width, height)) {
                problems.add("the longer edge must be at most " + MAX_RATIO + " times the shorter");
            }
            long pixels = (long) width * height;
            if (pixels < MIN_PIXELS || pixels > MAX_PIXELS) {
                problems.add("width times height must be from " + MIN_PIXELS + " to " + MAX_PIXELS + " pixels");
            }
            return problems;
        }
    }

    /** The size that a text names. A custom one may have problems. */
    static Optional<Size> parse(String text) {
        Matcher custom = Custom.FORM.matcher(text);
        return custom.matches()
                ? Optional.of(new Custom(Integer.parseInt(custom.group(1)), Integer.parseInt(custom.group(2))))
                : Word.parse(Named.values(), text).map(named -> named);
    }
}
