package dev.darkroom.local;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Standard output without the lines of sweeps that found nothing. One every few seconds would scroll everything else away. */
final class Terminal extends PrintStream {
    Terminal(OutputStream out) {
        super(out, true, StandardCharsets.UTF_8);
    }

    /** The process's own standard output, even if {@link System#out} was replaced. */
    static Terminal ofProcess() {
        return new Terminal(new FileOutputStream(FileDescriptor.out));
    }

    @Override
    public void println(String line) {
        if (!isIdleSweep(line)) {
            super.println(line);
        }
    }

    private static boolean isIdleSweep(String line) {
        if (!line.startsWith("{") || !line.contains("\"swept\"")) {
            return false;
        }
        try {
            return Json.parse(line) instanceof Json.Obj said
                    && "swept".equals(said.string("event"))
                    && zero(said, "woken")
                    && zero(said, "overtaken");
        } catch (JsonException e) {
            return false;
        }
    }

    private static boolean zero(Json.Obj said, String name) {
        Long value = said.integer(name);
        return value != null && value == 0;
    }
}
