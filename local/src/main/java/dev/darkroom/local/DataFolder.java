package dev.darkroom.local;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which a stack keeps its table, its objects and its secrets from one run to the next ({@code DATA_DIR}). One
 * process owns it at a time. The operating system frees it when that process is killed.
 */
final class DataFolder implements AutoCloseable {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_READS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Takes the folder, and makes it if it does not exist.
     *
     * @throws StackException if another process has it, or if its file system lacks what is needed
     */
    static DataFolder open(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        try {
            directory(path);
            FileChannel channel =
                    FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new StackException("DATA_DIR " + path
                        + " is in use by another Darkroom: stop that one, or set DATA_DIR to another folder");
            }
            DataFolder taken = new DataFolder(path, channel);
            directory(taken.tables());
            directory(taken.objects());
            taken.checkAttributes();
            return taken;
        } catch (IOException e) {
            throw new StackException("DATA_DIR " + path + " cannot be used ("
                    + e.getClass().getSimpleName() + "): set DATA_DIR to a folder that you can write to");
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void directory(Path path) throws IOException {
        try {
            Files.createDirectories(path, posix(path) ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            throw new StackException("DATA_DIR " + path + " is a file: set DATA_DIR to a folder");
        }
    }

    /** The S3 server keeps an object's type and ETag in extended attributes, and would lose them silently. */
    private void checkAttributes() throws IOException {
        try {
            @Nullable
            UserDefinedFileAttributeView view =
                    Files.getFileAttributeView(objects(), UserDefinedFileAttributeView.class);
            if (view != null) {
                view.write("darkroom", ByteBuffer.wrap(new byte[] {1}));
                return;
            }
        } catch (IOException | UnsupportedOperationException e) {
            // The exception below covers this case too.
        }
        channel.close();
        throw new StackException("DATA_DIR " + path
                + " is on a file system without extended attributes, which the objects need: set DATA_DIR to"
                + " a folder on another file system, such as ext4");
    }

    Path path() {
        return path;
    }

    Path tables() {
        return path.resolve("tables");
    }

    Path objects() {
        return path.resolve("objects");
    }

    /** A text that outlives the process. Only its owner can read it, and the first call sets it. */
    String kept(String name, String otherwise) {
        Path file = path.resolve("secrets.properties");
        Properties texts = new Properties();
        try {
            if (Files.exists(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    texts.load(reader);
                }
            }
            String known = texts.getProperty(name);
            if (known != null) {
                return known;
            }
            texts.setProperty(name, otherwise);
            StringWriter text = new StringWriter();
            texts.store(text, "Generated by Darkroom's local stack");
            // A kill during the write must not leave half a file.
            Path whole = path.resolve("secrets.part");
            Files.deleteIfExists(whole);
            Files.createFile(whole, posix(path) ? new FileAttribute<?>[] {OWNER_READS} : new FileAttribute<?>[0]);
            Files.writeString(whole, text.toString(), StandardCharsets.UTF_8);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return otherwise;
        } catch (IOException | IllegalArgumentException e) {
            throw new StackException("The secrets in " + file
                    + " cannot be read or written: make the file yours again, or" + " set DATA_DIR to another folder");
        }
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
