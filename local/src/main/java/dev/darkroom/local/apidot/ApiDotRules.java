package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What APIDot accepts, by its README ("Request parameters", "Pricing"). It is deliberately independent of Darkroom's own rules,
 * so that a mistake in one of them shows.
 */
final class ApiDotRules {
    private static final List<String> QUALITIES = List.of("low", "medium", "high");
    private static final List<String> RESOLUTIONS = List.of("1K", "2K", "4K");
    private static final List<String> PRESETS =
            List.of("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9");
    private static final List<String> WIDE_PRESETS = List.of("16:9", "9:16", "21:9");
    private static final Pattern CUSTOM = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");
    private static final int[][] CREDITS = {{1, 2, 4}, {3, 6, 12}, {12, 24, 48}};
    private static final double[] PIXELS = {1024 * 1024, 2048 * 2048, 3840 * 2160};
    private static final int LONGEST_EDGE = 3840;

    private final int maxPromptLength;

    ApiDotRules(int maxPromptLength) {
        this.maxPromptLength = maxPromptLength;
    }

    sealed interface Verdict {
        record Accepted(JobRequest job) implements Verdict {}

        record Refused(String message) implements Verdict {}
    }

    Verdict judge(Json body) {
        try {
            return new Verdict.Accepted(job(body));
        } catch (RuleBroken e) {
            return new Verdict.Refused(e.rule());
        }
    }

    private JobRequest job(Json body) throws RuleBroken {
        if (!(body instanceof Json.Obj request)) {
            throw new RuleBroken("body must be a JSON object");
        }
        String model = request.string("model");
        if (model == null || !List.of("gpt-image-2", "gpt-image-2-edit").contains(model)) {
            throw new RuleBroken("model is not supported");
        }
        Json.Obj input = request.object("input");
        if (input == null) {
            throw new RuleBroken("input is required");
        }
        if (input.get("n") != null) {
            throw new RuleBroken("input.n is not supported");
        }
        Extent extent = extent(word(input, "size", "auto"), oneOf(input, "resolution", RESOLUTIONS, "1K"));
        int quality = QUALITIES.indexOf(oneOf(input, "quality", QUALITIES, "low"));
        return new JobRequest(
                model,
                prompt(input),
                sources(input, "gpt-image-2-edit".equals(model)),
                extent.width,
                extent.height,
                CREDITS[quality][extent.tier],
                callbackUrl(request));
    }

    private String prompt(Json.Obj input) throws RuleBroken {
        String prompt = input.string("prompt");
        if (prompt == null || prompt.isBlank()) {
            throw new RuleBroken("input.prompt is required");
        }
        if (prompt.codePointCount(0, prompt.length()) > maxPromptLength) {
            throw new RuleBroken("input.prompt is too long");
        }
        return prompt;
    }

    private static List<String> sources(Json.Obj input, boolean edit) throws RuleBroken {
        Json urls = input.get("image_urls");
        if (!edit) {
            if (urls != null) {
                throw new RuleBroken("input.image_urls is only for gpt-image-2-edit");
            }
            return List.of();
        }
        if (!(urls instanceof Json.Arr(List<Json> items)) || items.isEmpty() || items.size() > 16) {
            throw new RuleBroken("input.image_urls must hold 1 to 16 URLs");
        }
        List<String> sources = new ArrayList<>();
        for (Json item : items) {
            if (!(item instanceof Json.Str(String url)) || !isHttp(url)) {
                throw new RuleBroken("input.image_urls must hold http or https URLs");
            }
            sources.add(url);
        }
        return List.copyOf(sources);
    }

    private static @Nullable String callbackUrl(Json.Obj request) throws RuleBroken {
        if (request.get("callback_url") == null) {
            return null;
        }
        String url = request.string("callback_url");
        if (url == null || url.length() > 2048 || !isHttp(url)) {
            throw new RuleBroken("callback_url must be a URL of at most 2048 characters");
        }
        return url;
    }

    private static boolean isHttp(String url) {
        try {
            URI uri = new URI(url);
            // http is allowed too, unlike at the real APIDot, because this one runs on a developer's machine.
            return uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** @param tier index of the resolution that is billed */
    private record Extent(int width, int height, int tier) {}

    private static Extent extent(String size, String resolution) throws RuleBroken {
        int asked = RESOLUTIONS.indexOf(resolution);
        if ("auto".equals(size)) {
            return new Extent(1024, 1024, 0);
        }
        if (PRESETS.contains(size)) {
            int tier = asked == 2 && !WIDE_PRESETS.contains(size) ? 1 : asked;
            int colon = size.indexOf(':');
            double ratio = Double.parseDouble(size.substring(0, colon)) / Double.parseDouble(size.substring(colon + 1));
            double scale = Math.min(
                    1, LONGEST_EDGE / Math.max(Math.sqrt(PIXELS[tier] * ratio), Math.sqrt(PIXELS[tier] / ratio)));
            return new Extent(
                    edge(Math.sqrt(PIXELS[tier] * ratio) * scale), edge(Math.sqrt(PIXELS[tier] / ratio) * scale), tier);
        }
        Matcher custom = CUSTOM.matcher(size);
        if (!custom.matches()) {
            throw new RuleBroken("input.size is not supported");
        }
        int width = Integer.parseInt(custom.group(1));
        int height = Integer.parseInt(custom.group(2));
        long pixels = (long) width * height;
        int longest = Math.max(width, height);
        if (width % 16 != 0
                || height % 16 != 0
                || longest > LONGEST_EDGE
                || longest > 3 * Math.min(width, height)
                || pixels < 655_360
                || pixels > 8_294_400) {
            throw new RuleBroken("input.size is out of range");
        }
        if (asked == 0) {
            throw new RuleBroken("input.size: a custom size needs resolution 2K or 4K");
        }
        if (longest == LONGEST_EDGE && asked != 2) {
            throw new RuleBroken("input.size: an edge of 3840 needs resolution 4K");
        }
        return new Extent(width, height, longest == LONGEST_EDGE ? 2 : 1);
    }

    /** The nearest multiple of 16, as the model draws. */
    private static int edge(double pixels) {
        return Math.toIntExact(Math.round(pixels / 16) * 16);
    }

    private static String oneOf(Json.Obj input, String name, List<String> words, String otherwise) throws RuleBroken {
        String word = word(input, name, otherwise);
        if (!words.contains(word)) {
            throw new RuleBroken("input." + name + " must be one of " + words);
        }
        return word;
    }

    private static String word(Json.Obj input, String name, String otherwise) throws RuleBroken {
        if (input.get(name) == null) {
            return otherwise;
        }
        String word = input.string(name);
        if (word == null) {
            throw new RuleBroken("input." + name + " must be a string");
        }
        return word;
    }

    private static final class RuleBroken extends Exception {
        private static final long serialVersionUID = 1L;

        private final String rule;

        RuleBroken(String rule) {
            super(rule, null, false, false);
            this.rule = rule;
        }

        String rule() {
            return rule;
        }
    }
}
