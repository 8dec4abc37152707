package dev.darkroom.bench;

import java.util.List;

/** Measures some related figures. */
public interface Experiment {
    /** Returns the experiment's name in {@code -Dbench.only}. */
    String word();

    /** Returns whether it is measured only if {@code -Dbench.only} names it. */
    default boolean onlyByName() {
        return false;
    }

    /** Returns the commands that the experiment needs on the PATH. */
    default List<String> commands() {
        return List.of();
    }

    /**
     * Takes the samples and returns the rows of the table.
     *
     * @param runs the runs of each side, at least one
     */
    List<Figure> measure(int runs) throws Exception;
}
