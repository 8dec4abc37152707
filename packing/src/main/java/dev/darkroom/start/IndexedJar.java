package dev.darkroom.start;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Loads classes from a jar that is not compressed, at the places that an index names. For each class the loader that Lambda has
 * asks its parents, then a folder, then a jar, by way of URLs, code sources and exceptions; a cold start does that a thousand times
 * in code that nothing has compiled yet. Here a class is one read. What the jar does not have is the parent's, and so is every file
 * that is no class.
 *
 * <p>The index is a table of slots, a power of two of them, of three big-endian ints each: the hash of a class' name, where its
 * bytes begin in the jar, and how many there are; none: a free slot. A class has the first free slot from the one on that its hash
 * modulo the number of slots names, and one slot at least is free. In the jar the entry's name stands right before its bytes, so the
 * index need not repeat it.
 */
public final class IndexedJar extends ClassLoader {
    /** Bytes of a slot. */
    public static final int SLOT = 3 * Integer.BYTES;

    static {
        registerAsParallelCapable();
    }

    private final RandomAccessFile jar;
    private final ByteBuffer index;

    /**
     * @param jar file name
     * @param index file name
     * @throws IOException when one of them can't be read
     */
    public IndexedJar(String jar, String index, ClassLoader parent) throws IOException {
        super(parent);
        this.jar = new RandomAccessFile(jar, "r");
        try (InputStream file = new FileInputStream(index)) {
            this.index = ByteBuffer.wrap(file.readAllBytes());
        }
    }

    /** The first slot that a class of this name may have, as a place in the index. */
    public static int firstSlot(String className, int indexSize) {
        return (className.hashCode() & indexSize / SLOT - 1) * SLOT;
    }

    /** What the entry of a class is called in a jar. */
    public static String entry(String className) {
        return className.replace('.', '/') + ".class";
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            int hash = name.hashCode();
            for (int slot = firstSlot(name, index.capacity()); ; slot = (slot + SLOT) % index.capacity()) {
                int length = index.getInt(slot + 2 * Integer.BYTES);
                if (length == 0) {
                    return super.loadClass(name, resolve);
                }
                if (index.getInt(slot) == hash) {
                    byte[] before = entry(name).getBytes(StandardCharsets.UTF_8);
                    byte[] bytes = read(index.getInt(slot + Integer.BYTES) - before.length, before.length + length);
                    if (Arrays.mismatch(before, bytes) == before.length) {
                        return defineClass(name, bytes, before.length, length);
                    }
                }
            }
        }
    }

    private byte[] read(int from, int length) throws ClassNotFoundException {
        byte[] bytes = new byte[length];
        synchronized (jar) {
            try {
                jar.seek(from);
                jar.readFully(bytes);
            } catch (IOException e) {
                throw new ClassNotFoundException("the function's jar can't be read", e);
            }
        }
        return bytes;
    }
}
