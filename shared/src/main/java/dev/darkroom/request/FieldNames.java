package dev.darkroom.request;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Field names that strangers wrote: made safe to show, and compared with the known names. */
final class FieldNames {
    /** Longer than any path of a known field. */
    private static final int MAX_SHOWN = 60;

    /** A suggestion with more edits than this would be a random guess. */
    private static final int MAX_DISTANCE = 3;

    private FieldNames() {}

    /** The path in plain ASCII, shortened. A name may be any text, and as long as a body. */
    static String shown(String path) {
        String start = path.length() > MAX_SHOWN ? path.substring(0, MAX_SHOWN) : path;
        String plain = start.replaceAll("[^A-Za-z0-9_.\\[\\]-]", "?");
        return plain.isEmpty() ? "?" : plain + (path.length() > MAX_SHOWN ? "..." : "");
    }

    /** The most similar known name, if one is similar enough. Case, underscores and hyphens do not count. */
    static Optional<String> closest(String name, List<String> known) {
        if (name.length() > MAX_SHOWN) {
            return Optional.empty();
        }
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(letters(name), letters(candidate));
            if (distance < least
                    && distance <= Math.min(MAX_DISTANCE, letters(candidate).length() / 2)) {
                best = candidate;
                least = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** Levenshtein distance: how many characters must be inserted, removed or replaced. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int exchanged = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
