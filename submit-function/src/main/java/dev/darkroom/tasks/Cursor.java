package dev.darkroom.tasks;

import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore.Position;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The end of a list's page, as text for a URL. It names no user, and applies to the caller's own tasks only. */
final class Cursor {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})\\.(.+)");

    private Cursor() {}

    static String text(Position position) {
        String plain = position.createdAt() + "." + position.task().value();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    static Optional<Position> parse(String text) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1);
            Matcher form = FORM.matcher(plain);
            return form.matches()
                    ? TaskId.parse(form.group(2)).map(task -> new Position(task, Long.parseLong(form.group(1))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
