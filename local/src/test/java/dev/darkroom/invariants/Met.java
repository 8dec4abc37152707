package dev.darkroom.invariants;

import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The moments that were met. Equal parts get one number, and a moment is kept as the numbers of its parts: comparing millions of moments
 * part by part takes most of the time otherwise.
 */
final class Met {
    private static final int MOST_INSTANCES = 100_000;

    private final Map<Object, Integer> numbers = new HashMap<>();

    /** The same by identity: a moment shares nearly all of its parts with the one before. */
    private final IdentityHashMap<Object, Integer> instances = new IdentityHashMap<>();

    private final Set<IntBuffer> moments = new HashSet<>();

    /** False when it was met before. */
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
