package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** Writes an answer in a random form of those that were seen at such APIs (docs/compatibility.md). */
final class RandomForms {
    private static final Map<String, List<String>> WORDS = Map.of(
            "not_started", List.of("not_started", "pending", "queued", "NOT_START", "in queue"),
            "running", List.of("running", "processing", "in_progress", "IN-PROGRESS"),
            "finished", List.of("finished", "success", "succeeded", "succeed", "completed", "complete", "done"),
            "failed", List.of("failed", "failure", "error", "rejected", "expired", "timeout"));

    private static final List<String> STATE_FIELDS = List.of("status", "status", "state", "task_status");
    private static final List<String> URL_FIELDS = List.of("file_url", "url", "image_url");

    /** Texts around, inside and after a URL, and what browsers replace. */
    private static final List<UnaryOperator<String>> URLS = List.of(
            url -> url,
            url -> "  " + url + "\n",
            url -> url.substring(0, url.length() / 2) + "\t" + url.substring(url.length() / 2),
            url -> url + "#a b",
            url -> url + "?name=[a b]|\u00e9&\"x\"",
            url -> url.substring(0, 4).toUpperCase(Locale.ROOT) + url.substring(4),
            url -> url.replace("/files/", "/x [1]/..\\files/"),
            url -> url.replace("/files/", "/%2E/files/./"));

    private RandomForms() {}

    /** @param data in the documented form, unwrapped */
    static Json of(Json.Obj data, RandomGenerator random) {
        Json.Obj output = data.object("output");
        List<Json> files = output == null ? data.items("files") : output.items("files");
        String word = word(Objects.requireNonNullElse(data.string("status"), ""), random);
        Json.Builder inner = Json.object();
        data.fields().forEach((name, value) -> {
            if (!List.of("status", "files", "output").contains(name)) {
                inner.put(name, name.equals("progress") && random.nextBoolean() ? Json.of(value.text() + "%") : value);
            }
        });
        place(inner, files(files, random), random);
        String field = any(STATE_FIELDS, random);
        // A bad word of the envelope does not end a task, so the task's object says it.
        boolean beside = !WORDS.getOrDefault("failed", List.of()).contains(word.toLowerCase(Locale.ROOT))
                && !word.equals("cancelled")
                && random.nextInt(5) == 0;
        if (!beside) {
            inner.put(field, word);
        }
        Json.Obj own = inner.build();
        if (beside) {
            return Json.object().put("status", word).put("data", own).build();
        }
        return switch (random.nextInt(5)) {
            case 0 -> own;
            case 1 -> Json.object().put("data", own).build();
            case 2 -> Json.object().put("code", "200").put("data", own).build();
            case 3 ->
                Json.object()
                        .put("code", "success")
                        .put("status", "error")
                        .put("data", own)
                        .build();
            default -> TaskJson.wrapped(own);
        };
    }

    private static String word(String documented, RandomGenerator random) {
        String word = any(WORDS.getOrDefault(documented, List.of(documented)), random);
        return switch (random.nextInt(4)) {
            case 0 -> word.toUpperCase(Locale.ROOT);
            case 1 -> " " + word + " ";
            default -> word;
        };
    }

    private static void place(Json.Builder inner, Json files, RandomGenerator random) {
        switch (random.nextInt(5)) {
            case 0 -> inner.put("output", Json.object().put("files", files).build());
            case 1 -> inner.put("output", files);
            case 2 -> inner.put("images", files);
            case 3 -> inner.put("files", Json.array(List.of())).put("outputs", files);
            default -> inner.put("files", files);
        }
    }

    private static Json files(List<Json> files, RandomGenerator random) {
        List<Json> shaped = new ArrayList<>();
        for (Json file : files) {
            Json form = file(file, random);
            shaped.add(form);
            if (random.nextInt(4) == 0) {
                shaped.add(form);
            }
        }
        return shaped.size() == 1 && random.nextBoolean() ? shaped.getFirst() : Json.array(shaped);
    }

    private static Json file(Json file, RandomGenerator random) {
        String documented = file instanceof Json.Obj fields ? fields.string("file_url") : null;
        if (documented == null) {
            return file;
        }
        String url = any(URLS, random).apply(documented);
        return switch (random.nextInt(4)) {
            case 0 -> Json.of(url);
            case 1 ->
                Json.object()
                        .put("image_url", Json.object().put("url", url).build())
                        .build();
            default ->
                Json.object()
                        .put(any(URL_FIELDS, random), url)
                        .put("file_type", "image")
                        .build();
        };
    }

    private static <T> T any(List<T> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }
}
