package dev.darkroom.packing;

import dev.darkroom.start.IndexedJar;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** Makes what {@link IndexedJar} describes and reads. */
final class JarIndex {
    private JarIndex() {}

    /** The index of a jar whose entries are stored. */
    static byte[] of(byte[] jar) throws IOException {
        try (ZipFile entries = ZipFile.builder()
                .setSeekableByteChannel(new SeekableInMemoryByteChannel(jar))
                .get()) {
            List<ZipArchiveEntry> classes = Collections.list(entries.getEntries()).stream()
                    .filter(entry -> entry.getName().endsWith(CallSites.CLASS))
                    .toList();
            // A quarter to a half of it will be taken, so that a class is found soon, or found missing.
            byte[] index = new byte[Integer.highestOneBit(Math.max(1, classes.size())) * 4 * IndexedJar.SLOT];
            classes.forEach(entry -> put(entry, ByteBuffer.wrap(index)));
            return index;
        }
    }

    private static void put(ZipArchiveEntry entry, ByteBuffer index) {
        String name = entry.getName();
        String className =
                name.substring(0, name.length() - CallSites.CLASS.length()).replace('/', '.');
        int slot = IndexedJar.firstSlot(className, index.capacity());
        while (index.getInt(slot + 2 * Integer.BYTES) > 0) {
            slot = (slot + IndexedJar.SLOT) % index.capacity();
        }
        index.putInt(slot, className.hashCode())
                .putInt(slot + Integer.BYTES, Math.toIntExact(entry.getDataOffset()))
                .putInt(slot + 2 * Integer.BYTES, Math.toIntExact(entry.getSize()));
    }
}
