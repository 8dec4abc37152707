package dev.darkroom.request;

import dev.darkroom.task.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shape of the image (APIDot README, "Request parameters"). A request without one gets {@link Auto}. */
public sealed interface Size {

    /** As the API spells it. */
    String text();

    /** The model chooses; always billed as 1K. */
    enum Auto implements Size {
        AUTO;

        @Override
        public String text() {
            return "auto";
        }
    }

    /** A named aspect ratio. */
    enum Preset implements Size, Word {
        SQUARE("1:1", false),
        PORTRAIT_2_3("2:3", false),
        LANDSCAPE_3_2("3:2", false),
        PORTRAIT_3_4("3:4", false),
        LANDSCAPE_4_3("4:3", false),
        PORTRAIT_4_5("4:5", false),
        LANDSCAPE_5_4("5:4", false),
        PORTRAIT_9_16("9:16", true),
        LANDSCAPE_16_9("16:9", true),
        LANDSCAPE_21_9("21:9", true);

        private final String text;
        private final boolean reaches4K;

        Preset(String text, boolean reaches4K) {
            this.text = text;
            this.reaches4K = reaches4K;
        }

        @Override
        public String text() {
            return text;
        }

        /** Whether this ratio reaches 4K; the others give 2K instead (README, FAQ on size and resolution). */
        boolean reaches4K() {
            return reaches4K;
        }
    }

    /** Width and height in pixels, within the rules of {@link #problems}. */
    record Custom(int width, int height) implements Size {
        /** Every edge is a multiple of this. */
        static final int STEP = 16;

        static final int MAX_EDGE = 3840;
        static final int MAX_RATIO = 3;
        static final int MIN_PIXELS = 655_360;
        static final int MAX_PIXELS = 8_294_400;

        // Nine digits fit an int. A text with a longer edge is not a size.
        private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})x([1-9][0-9]{0,8})");

        public Custom {
            if (!problems(width, height).isEmpty()) {
                throw new IllegalArgumentException("not a custom size");
            }
        }

        @Override
        public String text() {
            return width + "x" + height;
        }

        /** Only an image with such an edge is billed as 4K (README, FAQ on size and resolution). */
        boolean has4KEdge() {
            return isMaxEdge(width, height);
        }

        static boolean isMaxEdge(int width, int height) {
            return width == MAX_EDGE || height == MAX_EDGE;
        }

        /** The two edges of a text such as {@code 2304x2048}, allowed or not. */
        static Optional<Edges> edges(String text) {
            Matcher form = FORM.matcher(text);
            return form.matches()
                    ? Optional.of(new Edges(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2))))
                    : Optional.empty();
        }

        /** Everything that is wrong with these edges. The rules are OpenAI's for GPT Image 2; APIDot publishes none. */
        static List<String> problems(int width, int height) {
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

    /** Two edges in pixels, which may break the rules of a {@link Custom} size. */
    record Edges(int width, int height) {}

    /** The size that a text names; empty if it names none or breaks a rule. */
    static Optional<Size> parse(String text) {
        if (text.equals(Auto.AUTO.text())) {
            return Optional.of(Auto.AUTO);
        }
        Optional<Size> preset = Word.parse(Preset.values(), text).map(word -> word);
        return preset.isPresent()
                ? preset
                : Custom.edges(text)
                        .filter(edges ->
                                Custom.problems(edges.width(), edges.height()).isEmpty())
                        .map(edges -> new Custom(edges.width(), edges.height()));
    }
}
