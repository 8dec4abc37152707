package dev.darkroom.bench;

import java.util.List;

/** Measures some figures that belong together. */
public interface Experiment {
    /** What {@code -Dbench.only} calls it. */
    String word();

    /** What must be installed for it, each found on the PATH. */
    default List<String> commands() {
        return List.of();
    }

    /**
     * Takes the samples and makes rows of them.
     *
     * @param runs of each side, at least one
     */
    List<Figure> measure(int runs) throws Exception;
}
