package dev.darkroom.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Runs the sides of a comparison in turns, so that other work on the machine slows all of them alike. */
public final class Turns {
    /** One side of a comparison. */
    @FunctionalInterface
    public interface Side {
        /** Runs once, and returns the measurement in the unit of the comparison. */
        double run() throws Exception;
    }

    private Turns() {}

    /**
     * Runs every side {@code runs} times, in a new order each time. One run of each comes first and does not count: it fills the file
     * system's cache and warms the servers.
     *
     * @return the samples of the sides, in their order
     */
    public static List<Samples> take(int runs, String unit, List<? extends Side> sides) throws Exception {
        for (Side side : sides) {
            side.run();
        }
        List<List<Double>> taken = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int side = 0; side < sides.size(); side++) {
            order.add(side);
            taken.add(new ArrayList<>());
        }
        for (int run = 0; run < runs; run++) {
            for (int side : order) {
                taken.get(side).add(sides.get(side).run());
            }
            Collections.rotate(order, 1);
        }
        return taken.stream().map(values -> new Samples(unit, values)).toList();
    }
}
