package dev.darkroom.request;

import dev.darkroom.json.Json;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.net.UrlRules;
import dev.darkroom.net.Verdict;
import dev.darkroom.task.Word;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a request, each with its source. If the README leaves something open, the rule is as strict as the sister APIs and
 * OpenAI: a request that upstream may refuse is refused here, where it costs nothing. One object checks one request and collects
 * its problems; a wrong field reads as null. Not thread-safe.
 */
final class RequestRules {
    private static final List<String> BODY_FIELDS = List.of("model", "callback_url", "input");
    private static final List<String> INPUT_FIELDS = List.of("prompt", "quality", "size", "resolution", "image_urls");

    private static final int MAX_IMAGE_URLS = 16;

    /** The most problems in one answer. A body can have tens of thousands. */
    static final int MAX_PROBLEMS = 100;

    private final int maxPromptLength;
    private final TrustedHosts trusted;
    private final List<Problem> problems = new ArrayList<>();
    private int untold;

    RequestRules(int maxPromptLength, TrustedHosts trusted) {
        this.maxPromptLength = maxPromptLength;
        this.trusted = trusted;
    }

    Parsed<ImageRequest> check(Json.Obj body, List<String> duplicates) {
        duplicates.forEach(path -> problem(Problem.shown(path), "must not appear more than once"));
        Model model = required("model", body.get("model")) ? word("model", body.get("model"), Model.values()) : null;
        String callbackUrl = url("callback_url", body.get("callback_url"));
        ImageRequest request = null;
        if (required("input", body.get("input"))) {
            if (body.get("input") instanceof Json.Obj input) {
                request = request(model, callbackUrl, input);
            } else {
                problem("input", "must be an object");
            }
        }
        unknownFields("", body, BODY_FIELDS);
        if (problems.isEmpty() && request != null) {
            return new Parsed.Valid<>(request);
        }
        if (untold > 0) {
            problems.add(new Problem(Problem.BODY, "has " + untold + " more problems"));
        }
        return new Parsed.Invalid<>(problems);
    }

    /** Null if the model or the prompt is. */
    private @Nullable ImageRequest request(@Nullable Model model, @Nullable String callbackUrl, Json.Obj input) {
        String prompt = required("input.prompt", input.get("prompt")) ? prompt(input.get("prompt")) : null;
        Quality quality = word("input.quality", input.get("quality"), Quality.values());
        Size size = size(input.get("size"));
        Resolution resolution = word("input.resolution", input.get("resolution"), Resolution.values());
        if (size instanceof Size.Custom custom && (resolution != null || input.get("resolution") == null)) {
            needsResolution(custom, resolution == null ? Resolution.K1 : resolution);
        }
        List<Source> sources = sources(model, input.get("image_urls"));
        // README, FAQ on multiple outputs: a flow returns one image.
        if (input.get("n") != null) {
            problem("input.n", "is not supported: a request makes one image");
        }
        unknownFields("input.", input, INPUT_FIELDS);
        return model == null || prompt == null
                ? null
                : new ImageRequest(model, prompt, quality, size, resolution, sources, callbackUrl);
    }

    /** README: "Main instruction". Its maximum length is not published; OpenAI's is 32,000. */
    private @Nullable String prompt(@Nullable Json value) {
        String prompt = string("input.prompt", value);
        if (prompt == null) {
            return null;
        }
        if (prompt.codePoints().allMatch(RequestRules::isInvisible)) {
            problem("input.prompt", "must not be blank");
        }
        int length = prompt.codePointCount(0, prompt.length());
        if (length > maxPromptLength) {
            problem("input.prompt", "must have at most " + maxPromptLength + " characters, and has " + length);
        }
        return prompt;
    }

    /** README: "auto", ten ratios, "or custom WIDTHxHEIGHT"; {@link Size.Custom} has the rules of a custom size. */
    private @Nullable Size size(@Nullable Json value) {
        String text = string("input.size", value);
        if (text == null) {
            return null;
        }
        Optional<Size> size = Size.parse(text);
        if (size.isEmpty()) {
            problem(
                    "input.size",
                    "must be one of " + Word.list(Size.Named.values()) + ", or WIDTHxHEIGHT such as 2304x2048");
        } else if (size.get() instanceof Size.Custom custom) {
            custom.problems().forEach(message -> problem("input.size", message));
        }
        return size.orElse(null);
    }

    /**
     * README, FAQ on size and resolution: "Custom sizes require 2K or 4K"; a 3840 edge is billed as 4K, so the request must say
     * 4K. Also reported if the size breaks another rule, because the corrected size will need it too.
     */
    private void needsResolution(Size.Custom size, Resolution asked) {
        if (size.highest() == Resolution.K4) {
            if (asked != Resolution.K4) {
                problem("input.resolution", "must be 4K for a custom size with an edge of " + Size.Custom.MAX_EDGE);
            }
        } else if (asked == Resolution.K1) {
            problem("input.resolution", "must be 2K or 4K for a custom size");
        }
    }

    /** README: "Only supported by gpt-image-2-edit, where this field is required"; at most 16 by OpenAI's rule. */
    private List<Source> sources(@Nullable Model model, @Nullable Json value) {
        if (model == Model.GPT_IMAGE_2) {
            if (value != null) {
                problem("input.image_urls", "is only for " + Model.GPT_IMAGE_2_EDIT.text());
            }
            return List.of();
        }
        if (value == null) {
            if (model == Model.GPT_IMAGE_2_EDIT) {
                problem("input.image_urls", "is required for " + Model.GPT_IMAGE_2_EDIT.text());
            }
            return List.of();
        }
        if (!(value instanceof Json.Arr(List<Json> items))) {
            problem("input.image_urls", "must be an array of URLs");
            return List.of();
        }
        if (items.isEmpty() || items.size() > MAX_IMAGE_URLS) {
            problem("input.image_urls", "must have from 1 to " + MAX_IMAGE_URLS + " URLs, and has " + items.size());
        }
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            source("input.image_urls[" + i + "]", items.get(i)).ifPresent(sources::add);
        }
        return sources;
    }

    private Optional<Source> source(String field, Json value) {
        if (!(value instanceof Json.Str(String text)) || !Source.isOurs(text)) {
            return Optional.ofNullable(url(field, value)).map(URI::create).map(Source.Web::new);
        }
        Optional<Source> source = Source.parse(text);
        if (source.isEmpty()) {
            problem(
                    field,
                    "must be darkroom://uploads/{upload_id}, darkroom://tasks/{task_id} or"
                            + " darkroom://tasks/{task_id}/{index}");
        }
        return source;
    }

    /**
     * A URL that may be called: by us for a callback, by us and by APIDot for an image. The result is the checked spelling in
     * plain ASCII, so that no other parser reads it differently.
     */
    private @Nullable String url(String field, @Nullable Json value) {
        String url = string(field, value);
        return switch (url == null ? null : UrlRules.check(url, trusted)) {
            case null -> null;
            case Verdict.Allowed(URI judged) -> judged.toString();
            case Verdict.Refused refused -> {
                problem(field, refused.reason());
                yield null;
            }
        };
    }

    private <W extends Word> @Nullable W word(String field, @Nullable Json value, W[] words) {
        String text = string(field, value);
        if (text == null) {
            return null;
        }
        Optional<W> word = Word.parse(words, text);
        if (word.isEmpty()) {
            problem(field, "must be one of " + Word.list(words));
        }
        return word.orElse(null);
    }

    /** The text of an optional field. */
    private @Nullable String string(String field, @Nullable Json value) {
        return switch (value) {
            case null -> null;
            case Json.Str(String text) -> {
                boolean fit = text.codePoints().noneMatch(RequestRules::isForbidden);
                if (!fit) {
                    problem(
                            field,
                            "must not contain control characters other than tab, LF and CR, or half of a surrogate"
                                    + " pair");
                }
                yield fit ? text : null;
            }
            case Json.Null _ -> {
                problem(field, "must be a string, not null; an optional field can be left out");
                yield null;
            }
            case Json.Obj _, Json.Arr _, Json.Num _, Json.Bool _ -> {
                problem(field, "must be a string");
                yield null;
            }
        };
    }

    /** White space, and format characters such as a zero-width space or a byte order mark. A prompt of nothing else is blank. */
    private static boolean isInvisible(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT;
    }

    /**
     * An unpaired surrogate has no UTF-8 form, so it could not be stored or sent. Control characters other than tab, LF and CR do
     * not belong in a prompt.
     */
    private static boolean isForbidden(int c) {
        return Character.getType(c) == Character.SURROGATE
                || (Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r');
    }

    private boolean required(String field, @Nullable Json value) {
        if (value == null) {
            problem(field, "is required");
        }
        return value != null;
    }

    private void unknownFields(String parent, Json.Obj object, List<String> known) {
        for (String name : object.fields().keySet()) {
            // n has its own message
            if (known.contains(name) || (parent.equals("input.") && name.equals("n"))) {
                continue;
            }
            String hint = parent.isEmpty() && INPUT_FIELDS.contains(name)
                    ? "did you mean input." + name + "?"
                    : "known here: " + String.join(", ", known);
            problem(Problem.shown(parent + name), "is not a known field; " + hint);
        }
    }

    private void problem(String field, String message) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new Problem(field, message));
        } else {
            untold++;
        }
    }
}
