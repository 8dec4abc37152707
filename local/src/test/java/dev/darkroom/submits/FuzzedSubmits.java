package dev.darkroom.submits;

import dev.darkroom.json.Json;
import dev.darkroom.testing.HttpEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Draws submits as the gateway may pass them on: valid ones, and ones with a fault in one or two places. */
final class FuzzedSubmits {
    private static final List<String> PROMPTS = List.of(
            "a lighthouse",
            "\u00fcber 日本 \ud83d\ude00",
            "",
            "   ",
            "tab\there",
            "bell\u0007",
            "a".repeat(32_001),
            "x".repeat(32_000));
    private static final List<String> SIZES = List.of(
            "auto",
            "1:1",
            "16:9",
            "21:9",
            "2304x2048",
            "3840x2160",
            "16x16",
            "0x0",
            "-16x16",
            "1024X1024",
            "99999x1",
            "5:7",
            "");
    private static final List<String> URLS = List.of(
            "https://images.example.com/a.png",
            "http://images.example.com/a.png",
            "https://localhost/a.png",
            "https://127.0.0.1/a.png",
            "https://0x7f000001/",
            "https://[::1]/",
            "https://user:pass@example.com/",
            "ftp://example.com/",
            "https://",
            "not a url",
            "https://example.com/%zz",
            "https://b\u00fccher.example/\u00e4?q=\u00fc#x#y",
            "HTTPS://Images.Example.COM:443/a b",
            "https://example.com/a|b{c}^",
            "https://example.com/#",
            "https://example.com/" + "a".repeat(3000),
            "darkroom://uploads/upload-0123456789abcdefABCDEF_--png",
            "darkroom://tasks/task-0123456789abcdef",
            "darkroom://tasks/task-0123456789abcdef/1",
            "darkroom://tasks/task-0123456789abcdef/01",
            "darkroom://uploads/../images/x",
            "DARKROOM://uploads/");
    private static final List<String> ODD = List.of(
            "null",
            "true",
            "0",
            "-1e999999999",
            "1" + "0".repeat(400),
            "\"\\ud800\"",
            "[]",
            "{}",
            "[[]]",
            "\"\\u0000\"",
            "{\"a\":1,\"a\":2}",
            "[".repeat(40) + "]".repeat(40));
    private static final List<String> NAMES = List.of(
            "model", "input", "prompt", "n", "Size", "callback_url", "image_urls", "\\ud800", "", "a".repeat(70));

    private final RandomGenerator random;
    private final String name;

    /** @param name the prefix of user names */
    FuzzedSubmits(RandomGenerator random, String name) {
        this.random = random;
        this.name = name;
    }

    Json.Obj next() {
        String body = body();
        Map<String, String> headers = new LinkedHashMap<>();
        if (chance(3)) {
            headers.put(
                    "Idempotency-Key", oneOf("key-" + random.nextInt(3), "", "k".repeat(256), "\u00fc", "a b", "~"));
        }
        if (chance(20)) {
            headers.put(
                    "content-type",
                    oneOf(
                            "",
                            "text/plain",
                            "application/json; charset=utf-8",
                            "APPLICATION/JSON",
                            "application/jsonp",
                            ";"));
        }
        String user = chance(30) ? oneOf("", "u".repeat(256), " ") : name + random.nextInt(4);
        Json.Obj event = HttpEvent.submit(user, body, headers).json();
        return chance(15) ? twisted(event, body) : event;
    }

    /** Returns the same event in another kind of envelope. */
    private Json.Obj twisted(Json.Obj event, String body) {
        Map<String, Json> fields = new LinkedHashMap<>(event.fields());
        switch (random.nextInt(5)) {
            case 0 -> fields.remove("body");
            case 1 -> fields.put("isBase64Encoded", Json.of(true));
            case 2 -> {
                fields.put("isBase64Encoded", Json.of(true));
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                if (bytes.length > 0 && chance(2)) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                fields.put("body", Json.of(Base64.getEncoder().encodeToString(bytes)));
            }
            case 3 -> fields.put("body", Json.of(" ".repeat(512 * 1024) + body));
            default -> fields.put("headers", Json.object().build());
        }
        return new Json.Obj(fields);
    }

    private String body() {
        if (chance(25)) {
            return oneOf(
                    "", "null", "[]", "\"text\"", "{", "{}", "\ufeff{}", "{\"model\":", "[".repeat(5000), "\u0000");
        }
        String body = "{" + String.join(",", fields()) + "}";
        int wounds = chance(4) ? 1 + random.nextInt(2) : 0;
        for (int i = 0; i < wounds && !body.isEmpty(); i++) {
            body = wounded(body);
        }
        return body;
    }

    private List<String> fields() {
        List<String> fields = new ArrayList<>();
        boolean edit = chance(4);
        fields.add("\"model\":" + odd(10, quoted(edit ? "gpt-image-2-edit" : "gpt-image-2")));
        if (chance(4)) {
            fields.add("\"callback_url\":" + odd(5, quoted(url())));
        }
        fields.add("\"input\":" + odd(20, "{" + String.join(",", input(edit)) + "}"));
        unknown(fields);
        return fields;
    }

    private List<String> input(boolean edit) {
        List<String> fields = new ArrayList<>();
        fields.add("\"prompt\":" + odd(10, quoted(chance(3) ? oneOf(PROMPTS) : "a lighthouse " + random.nextInt())));
        if (chance(2)) {
            fields.add("\"quality\":" + odd(10, quoted(oneOf("low", "medium", "high", "High"))));
        }
        if (chance(2)) {
            fields.add("\"size\":" + odd(10, quoted(oneOf(SIZES))));
        }
        if (chance(2)) {
            fields.add("\"resolution\":" + odd(10, quoted(oneOf("1K", "2K", "4K", "1k", "8K"))));
        }
        if (edit || chance(20)) {
            List<String> urls = new ArrayList<>();
            int count = chance(10) ? oneOf(List.of(0, 16, 17)) : 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                urls.add(odd(30, quoted(url())));
            }
            fields.add("\"image_urls\":" + odd(20, "[" + String.join(",", urls) + "]"));
        }
        unknown(fields);
        return fields;
    }

    private void unknown(List<String> fields) {
        if (chance(25)) {
            fields.add(random.nextInt(fields.size() + 1), "\"" + oneOf(NAMES) + "\":" + odd(2, "\"x\""));
        }
    }

    private String url() {
        return chance(2) ? URLS.getFirst() : oneOf(URLS);
    }

    /** Inserts, removes, doubles or replaces one character. */
    private String wounded(String body) {
        int at = random.nextInt(body.length());
        String before = body.substring(0, at);
        String after = body.substring(at + 1);
        return switch (random.nextInt(4)) {
            case 0 -> before + after;
            case 1 -> before + body.charAt(at) + body.charAt(at) + after;
            case 2 -> before + (char) random.nextInt(0xd800) + after;
            default -> before + oneOf("\"", "\\", "{", "}", ",", ":", "\n") + body.charAt(at) + after;
        };
    }

    private String odd(int oneIn, String otherwise) {
        return chance(oneIn) ? oneOf(ODD) : otherwise;
    }

    private static String quoted(String text) {
        return Json.of(text).text();
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private String oneOf(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
