package dev.darkroom.bench;

import dev.darkroom.deployed.FunctionZip;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

final class ZipSizes implements Experiment {
    private static final long MOST_BYTES = 16_000_000;

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
                    MOST_BYTES));
        }
        return figures;
    }
}
