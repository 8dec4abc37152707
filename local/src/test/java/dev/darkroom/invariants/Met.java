package dev.darkroom.invariants;

import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The set of moments already met. Equal parts get the same number, and a moment is stored as the numbers of its parts. Comparing millions
 * of moments part by part would take most of the time.
 */
final class Met {
    private static final int MOST_INSTANCES = 100_000;

    private final Map<Object, Integer> numbers = new HashMap<>();

    /** Numbers by identity, as a shortcut: a moment shares nearly all parts with the one before. */
    private final IdentityHashMap<Object, Integer> instances = new IdentityHashMap<>();

    private final Set<IntBuffer> moments = new HashSet<>();

    /** Returns false if the moment was met before. */
    boolean add(List<?> parts) {
        return moments.add(IntBuffer.wrap(parts.stream().mapToInt(this::number).toArray()));
    }

    int size() {
        return moments.size();
    }

    private int number(Object part) {
        Integer known = instances.get(part);
        if (known != null) {
            return known;
        }
        Integer number = numbers.computeIfAbsent(part, _ -> numbers.size());
        if (instances.size() == MOST_INSTANCES) {
            instances.clear();
        }
        instances.put(part, number);
        return number;
    }
}
