package dev.darkroom.apidot;

import dev.darkroom.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URLs of a task's files, in any known form. One form is documented, others were seen (docs/compatibility.md). The picture is
 * paid, so all are read.
 */
final class Results {
    /** Names of a file's URL, the documented one first. */
    private static final List<String> URL_FIELDS = List.of("file_url", "url", "image_url");

    /** A request makes one. With many more, neither the task's item nor the answer about it would have room, so it could never end. */
    static final int MOST_FILES = 100;

    /** A text that may be a URL: it has a scheme. A later check decides whether it may be fetched. */
    private static final Pattern URL = Pattern.compile("(?is)[\\s\\p{Cntrl}]*(?:https?:|[a-z][a-z0-9+.-]*://).*");

    /** Browsers ignore them anywhere in a URL. */
    private static final Pattern BREAKS = Pattern.compile("[\\t\\n\\r]+");

    private Results() {}

    /**
     * The files' URLs, each once, from the first place that has any; empty if no place has. Also empty if one file there has no
     * readable URL, or if there are too many: taking only the others would lose an image for good.
     */
    static List<String> urls(Json.Obj data, Json.Obj root) {
        Json.Obj output = data.object("output");
        List<@Nullable Json> places = new ArrayList<>();
        places.add(output == null ? null : output.get("files"));
        places.add(data.get("output"));
        places.add(data.get("files"));
        places.add(root.get("files"));
        places.add(data.get("images"));
        places.add(data.get("outputs"));
        // OpenAI's form: the data are the files.
        places.add(root.get("data") instanceof Json.Arr list ? list : null);
        for (Json place : places) {
            List<Json> files = files(place);
            List<String> urls =
                    files.stream().map(Results::url).flatMap(Optional::stream).toList();
            if (!urls.isEmpty()) {
                List<String> once = urls.stream().distinct().toList();
                return urls.size() == files.size() && once.size() <= MOST_FILES ? once : List.of();
            }
        }
        return List.of();
    }

    /** The items of a list. Anything else is a single file. */
    private static List<Json> files(@Nullable Json place) {
        return switch (place) {
            case null -> List.of();
            case Json.Arr(List<Json> items) -> items;
            case Json file -> List.of(file);
        };
    }

    private static Optional<String> url(Json file) {
        return switch (file) {
            case Json.Str(String text) ->
                Optional.of(BREAKS.matcher(text.strip()).replaceAll("")).filter(URL.asMatchPredicate());
            case Json.Obj fields ->
                URL_FIELDS.stream()
                        .map(fields::get)
                        .filter(Json.class::isInstance)
                        .map(Results::url)
                        .flatMap(Optional::stream)
                        .findFirst();
            case Json.Arr _, Json.Num _, Json.Bool _, Json.Null _ -> Optional.empty();
        };
    }
}
