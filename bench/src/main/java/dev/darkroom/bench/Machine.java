package dev.darkroom.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The machine on which the figures were measured. */
record Machine(String cpu, int cores, String system, String java, String node, double load) {
    static Machine here() throws IOException, InterruptedException {
        return new Machine(
                cpuName(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                firstLine("node", "--version").orElse("none"),
                loadBefore());
    }

    /** Returns the load that other processes cause for two seconds. The load average would still include the build that has just ended. */
    private static double loadBefore() throws InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        system.getCpuLoad();
        Thread.sleep(2_000);
        return system.getCpuLoad();
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

    /** Returns the first line of a command's output, if the command exists. */
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

    boolean busy() {
        return load > 0.1;
    }

    String text() {
        String told = String.format(
                Locale.ROOT,
                "%s, %d cores; %s; %s; Node %s; %.0f %% busy before",
                cpu,
                cores,
                system,
                java,
                node,
                100 * load);
        return busy() ? told + " - THE MACHINE IS BUSY: expect noise" : told;
    }
}
