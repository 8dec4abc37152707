package dev.darkroom.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The share of a CPU that Lambda gives to a function with this memory, imposed by a Linux control group of version 1 or 2. */
final class CpuShare implements AutoCloseable {
    /** The memory in MB that comes with one vCPU (AWS Lambda Developer Guide, "Configure Lambda function memory"). */
    private static final int WHOLE_CPU = 1769;

    /** The period of the share in microseconds. AWS does not document it; it was observed on Lambda. */
    static final int PERIOD = 20_000;

    /** The highest weight that each version allows, so that the function runs before everything else on this machine. */
    private static final int FIRST = 10_000;

    private static final int FIRST_V1 = 262_144;

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Path ROOT_V1 = ROOT.resolve("cpu");

    private final Path group;

    /** @throws IOException if this user may not create a control group */
    CpuShare(int megabytes) throws IOException {
        long quota = (long) PERIOD * megabytes / WHOLE_CPU;
        String name = "darkroom-" + UUID.randomUUID();
        if (Files.exists(ROOT_V1.resolve("cpu.shares"))) {
            group = Files.createDirectory(ROOT_V1.resolve(name));
            write("cpu.cfs_period_us", PERIOD);
            write("cpu.cfs_quota_us", quota);
            write("cpu.shares", FIRST_V1);
        } else {
            Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+cpu");
            group = Files.createDirectory(ROOT.resolve(name));
            write("cpu.max", quota + " " + PERIOD);
            write("cpu.weight", FIRST);
        }
    }

    /** Limits the process to this share from now on. */
    void limit(long process) throws IOException {
        write("cgroup.procs", process);
    }

    private void write(String file, Object value) throws IOException {
        Files.writeString(group.resolve(file), value.toString());
    }

    /** Call this after the process has ended. */
    @Override
    public void close() throws IOException {
        Files.delete(group);
    }
}
