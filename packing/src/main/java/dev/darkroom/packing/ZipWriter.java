package dev.darkroom.packing;

import dev.darkroom.start.Start;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** The zip of a function. The same classes give the same bytes: entries are sorted, and have one time. */
final class ZipWriter {
    private static final int READABLE_BY_ALL = 0100644;

    /** ZIP has local times: the same one wherever it is built. */
    private static final long BUILT = LocalDateTime.of(2026, 1, 1, 0, 0)
            .atZone(ZoneId.systemDefault())
            .toInstant()
            .toEpochMilli();

    /**
     * By a class of this package the runtime tells the SDK which trace a call belongs to. At the root Lambda's loader gives the
     * runtime's, where it has one; in the jar there would be two that know nothing of each other.
     */
    private static final String SHARED = "software/amazon/awssdk/utilslite/";

    private ZipWriter() {}

    /**
     * @param jar of all that the handler reaches
     * @param handler class name
     */
    static void write(Path jar, String handler, Path zip) throws IOException {
        Map<String, byte[]> root = Root.of(handler);
        Map<String, byte[]> inside = new TreeMap<>();
        CallSites.resolved(entries(jar)).forEach((name, bytes) -> {
            boolean shared = name.startsWith(SHARED);
            if (!shared) {
                inside.put(name, bytes);
            }
            if (shared || !name.endsWith(CallSites.CLASS)) {
                root.put(name, bytes);
            }
        });
        // The jar inside is stored: Lambda unpacks the zip once, and a class is then read without inflating it.
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        write(inside, stored, ZipEntry.STORED);
        root.put(Start.JAR, stored.toByteArray());
        root.put(Start.INDEX, JarIndex.of(stored.toByteArray()));
        try (OutputStream out = Files.newOutputStream(zip)) {
            write(root, out, ZipEntry.DEFLATED);
        }
    }

    private static Map<String, byte[]> entries(Path jar) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (ZipFile file = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                if (!entry.isDirectory() && !entry.getName().equals("META-INF/MANIFEST.MF")) {
                    try (InputStream bytes = file.getInputStream(entry)) {
                        entries.put(entry.getName(), bytes.readAllBytes());
                    }
                }
            }
        }
        return entries;
    }

    static void write(Map<String, byte[]> entries, OutputStream file, int method) throws IOException {
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                CRC32 checksum = new CRC32();
                checksum.update(each.getValue());
                ZipArchiveEntry entry = new ZipArchiveEntry(each.getKey());
                entry.setTime(BUILT);
                entry.setUnixMode(READABLE_BY_ALL);
                entry.setMethod(method);
                entry.setSize(each.getValue().length);
                entry.setCrc(checksum.getValue());
                out.putArchiveEntry(entry);
                out.write(each.getValue());
                out.closeArchiveEntry();
            }
        }
    }
}
