package dev.darkroom.request;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Generates bodies that are nearly requests: valid ones, ones with some faults, and ones that are not valid JSON. */
final class RequestBodies {
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e999999999",
            "0.5",
            "123456789012345678901234567890",
            "\"\"",
            "\" \"",
            "\"x\"",
            "[]",
            "{}",
            "[null]",
            "[[[[]]]]",
            "{\"a\":{\"b\":[1]}}",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\"🚪\"",
            "\"auto\"",
            "\"1K\"",
            "\"high\"",
            "\"gpt-image-2\"",
            "\"https://example.com/\"",
            "\"http://127.0.0.1/\"",
            "\"1024x1024\"");
    private static final List<String> MODELS = List.of("gpt-image-2", "gpt-image-2-edit");
    private static final List<String> QUALITIES = List.of("low", "medium", "high");
    private static final List<String> RESOLUTIONS = List.of("1K", "2K", "4K");
    private static final List<String> SIZES =
            List.of("auto", "1:1", "16:9", "21:9", "1024x640", "2304x2048", "3840x2160", "16x16", "1x1", "3840x3840");
    private static final List<String> URLS = List.of(
            "https://example.com/a.png",
            "https://example.com:444/?q=1#f",
            "http://example.com/",
            "https://[::1]/",
            "https://0177.1/",
            "https://a@example.com/",
            "darkroom://uploads/upload-0123456789abcdefABCDEF_--jpg",
            "darkroom://tasks/task-0123456789abcdef/3",
            "darkroom://tasks/task-0123456789abcdef/03",
            "darkroom://uploads/../x",
            "javascript:1",
            "https://xn--/",
            "https://ｅxample.com/",
            "%",
            "");
    private static final List<String> NAMES = List.of(
            "model",
            "callback_url",
            "input",
            "prompt",
            "quality",
            "size",
            "resolution",
            "image_urls",
            "n",
            "seed",
            "",
            "Model",
            "imageUrls",
            "\\u0000",
            "🚪");

    private final RandomGenerator random;

    RequestBodies(RandomGenerator random) {
        this.random = random;
    }

    String next() {
        String body = body();
        return switch (random.nextInt(8)) {
            case 0 -> body.substring(0, random.nextInt(body.length()));
            case 1 -> {
                int at = random.nextInt(body.length());
                yield body.substring(0, at) + (char) random.nextInt(0x10000) + body.substring(at + 1);
            }
            default -> body;
        };
    }

    private String body() {
        List<String> input = new ArrayList<>();
        add(input, "prompt", quoted(oneOf(List.of("x", "a red door", "y".repeat(random.nextInt(1, 40_000))))), 0.97);
        add(input, "quality", quoted(oneOf(QUALITIES)), 0.6);
        add(input, "size", quoted(chance(0.7) ? oneOf(SIZES) : random.nextInt(5000) + "x" + random.nextInt(5000)), 0.6);
        add(input, "resolution", quoted(oneOf(RESOLUTIONS)), 0.6);
        String model = oneOf(MODELS);
        String urls = IntStream.range(0, random.nextInt(0, chance(0.1) ? 30 : 4))
                .mapToObj(i -> chance(0.8) ? quoted(URLS.getFirst()) : flawed(quoted(oneOf(URLS))))
                .toList()
                .toString();
        add(input, "image_urls", urls, model.equals("gpt-image-2") ? 0.05 : 0.95);
        List<String> body = new ArrayList<>();
        add(body, "model", quoted(model), 0.98);
        add(body, "callback_url", quoted(chance(0.8) ? URLS.getFirst() : oneOf(URLS)), 0.3);
        add(body, "input", object(input), 0.98);
        return object(body);
    }

    private void add(List<String> fields, String name, String value, double probability) {
        if (chance(probability)) {
            fields.add(quoted(name) + ":" + flawed(value));
        }
    }

    private String object(List<String> fields) {
        if (chance(0.05)) {
            fields.add(quoted(oneOf(NAMES)) + ":" + oneOf(VALUES));
        }
        Collections.shuffle(fields, Random.from(random));
        return "{" + String.join(chance(0.5) ? "," : " ,\n", fields) + "}";
    }

    private String flawed(String value) {
        return chance(0.04) ? oneOf(VALUES) : value;
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    private String oneOf(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
