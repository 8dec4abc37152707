package dev.darkroom.bench;

import dev.darkroom.local.deployed.FunctionZip;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is uploaded, and what Lambda fetches before a cold start. */
final class ZipSizes implements Experiment {
    @Override
    public String word() {
        return "size";
    }

    @Override
    public List<Figure> measure(int runs) throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (FunctionZip function : FunctionZip.values()) {
            figures.add(Figure.atMost(
                    "zip of " + function.name().toLowerCase(Locale.ROOT),
                    Files.size(function.file()),
                    "bytes",
                    goal(function)));
        }
        return figures;
    }

    private static long goal(FunctionZip function) {
        return switch (function) {
            case CALLBACK, SWEEP -> 7_000_000;
            case SUBMIT, TASKS, SETTLE, NOTIFY -> 11_000_000;
        };
    }
}
