package dev.darkroom.preview;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file that fails when a decoder reads past its end again and again. The WebP decoder takes the end for zeros, with an exception
 * for each byte. So a cut file of a few bytes would keep it busy for minutes.
 */
final class BoundedImageStream extends ImageInputStreamImpl {
    /** More than any decoder needs at the end of a whole file: it looks ahead by a few bytes. */
    private static final int MOST_ENDS = 1_000;

    private final RandomAccessFile file;
    private final byte[] buffer = new byte[8 * 1024];
    private long start;
    private int filled;
    private int ends;

    BoundedImageStream(Path path) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** Reads as much as there is, as the methods of the superclass for numbers expect. */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        checkClosed();
        bitOffset = 0;
        int read = 0;
        while (read < length && isFilled()) {
            int from = (int) (streamPos - start);
            int some = Math.min(length - read, filled - from);
            System.arraycopy(buffer, from, bytes, offset + read, some);
            read += some;
            streamPos += some;
        }
        if (read < length && ++ends > MOST_ENDS) {
            throw new IOException("read past the end of the file");
        }
        return read == 0 && length > 0 ? -1 : read;
    }

    private boolean isFilled() throws IOException {
        if (streamPos < start || streamPos >= start + filled) {
            file.seek(streamPos);
            start = streamPos;
            filled = Math.max(0, file.read(buffer));
        }
        return filled > 0;
    }

    @Override
    public long length() {
        try {
            return file.length();
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        file.close();
    }
}
