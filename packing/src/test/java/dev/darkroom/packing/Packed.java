package dev.darkroom.packing;

import dev.darkroom.start.IndexedJar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;

/** Entries as they lie in a function's zip, with what loads them there. */
final class Packed {
    private Packed() {}

    static ClassLoader loader(Map<String, byte[]> entries, Path folder, ClassLoader parent) throws IOException {
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        ZipWriter.write(entries, jar, ZipEntry.STORED);
        Path file = Files.write(folder.resolve("some.jar"), jar.toByteArray());
        Path index = Files.write(folder.resolve("some.index"), JarIndex.of(jar.toByteArray()));
        return new IndexedJar(file.toString(), index.toString(), parent);
    }
}
