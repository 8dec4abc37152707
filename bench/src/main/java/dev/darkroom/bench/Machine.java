package dev.darkroom.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The machine that the figures hold for. */
record Machine(String cpu, int cores, String system, String java, String node, double load) {
    static Machine here() throws IOException {
        return new Machine(
                cpuName(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                firstLine("node", "--version").orElse("none"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String cpuName() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            for (String line : Files.readAllLines(info)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        }
        return firstLine("sysctl", "-n", "machdep.cpu.brand_string").orElse("unknown");
    }

    /** What a command says first, if there is such a command. */
    static Optional<String> firstLine(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return said.lines().findFirst().map(String::strip);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** More than this leaves a core to nobody. */
    boolean busy() {
        return load > cores / 2.0;
    }

    String text() {
        String told = String.format(
                Locale.ROOT,
                "%s, %d cores; %s; %s; Node %s; load average at start %.2f",
                cpu,
                cores,
                system,
                java,
                node,
                load);
        return busy() ? told + " - THE MACHINE IS BUSY: expect noise" : told;
    }
}
