package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one control request. A wrong or unknown field throws IllegalArgumentException with a message for its author. A
 * fault that is silently ignored would make a test prove nothing. Not thread-safe.
 */
final class Fields {
    private final Json.Obj body;
    private final Set<String> read = new HashSet<>();

    Fields(Json body) {
        if (!(body instanceof Json.Obj obj)) {
            throw new IllegalArgumentException("the body must be a JSON object");
        }
        this.body = obj;
    }

    String text(String name) {
        return optional(name).orElseThrow(() -> new IllegalArgumentException(name + " is required"));
    }

    String text(String name, String otherwise) {
        return optional(name).orElse(otherwise);
    }

    /** A text or a number. */
    Optional<String> optional(String name) {
        return switch (value(name)) {
            case null -> Optional.empty();
            case Json.Str(String string) -> Optional.of(string);
            case Json.Num(BigDecimal number) -> Optional.of(number.toPlainString());
            case Json.Obj _, Json.Arr _, Json.Bool _, Json.Null _ ->
                throw new IllegalArgumentException(name + " must be a string");
        };
    }

    List<String> texts(String name) {
        value(name);
        List<String> texts = new ArrayList<>();
        for (Json item : body.items(name)) {
            if (!(item instanceof Json.Str(String text))) {
                throw new IllegalArgumentException(name + " must be an array of strings");
            }
            texts.add(text);
        }
        return texts;
    }

    long number(String name, long otherwise, long min, long max) {
        Json value = value(name);
        if (value == null) {
            return otherwise;
        }
        Long number = body.integer(name);
        if (number == null || number < min || number > max) {
            throw new IllegalArgumentException(name + " must be a whole number from " + min + " to " + max);
        }
        return number;
    }

    int count(String name, int otherwise, int min, int max) {
        return Math.toIntExact(number(name, otherwise, min, max));
    }

    boolean flag(String name, boolean otherwise) {
        Json value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Json.Bool bool) {
            return bool == Json.Bool.TRUE;
        }
        throw new IllegalArgumentException(name + " must be true or false");
    }

    /** A number of seconds, fractions allowed, at most a day. */
    Duration seconds(String name, Duration otherwise) {
        Json value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Json.Num(BigDecimal seconds)
                && seconds.signum() >= 0
                && seconds.compareTo(BigDecimal.valueOf(86_400)) <= 0) {
            return Duration.ofMillis(seconds.movePointRight(3).longValue());
        }
        throw new IllegalArgumentException(name + " must be a number of seconds from 0 to 86400");
    }

    <E extends Enum<E>> E word(String name, Class<E> words, E otherwise) {
        Optional<String> text = optional(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        return Arrays.stream(words.getEnumConstants())
                .filter(word -> word.name().toLowerCase(Locale.ROOT).equals(text.get()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " must be one of "
                        + Arrays.toString(words.getEnumConstants()).toLowerCase(Locale.ROOT)));
    }

    /** Refuses unknown fields. Call it after all known fields are read. */
    void refuseOthers() {
        for (String name : body.fields().keySet()) {
            if (!read.contains(name)) {
                throw new IllegalArgumentException("unknown field " + name);
            }
        }
    }

    private @Nullable Json value(String name) {
        read.add(name);
        return body.get(name);
    }
}
