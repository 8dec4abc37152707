package dev.darkroom.preview;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file that fails when a decoder reads past its end again and again. The WebP decoder takes the end for zeros, with an exception
 * for each byte. So a cut file of a few bytes would keep it busy for minutes.
 */
final class BoundedImageStream extends ImageInputStreamImpl {
    /** More than any decoder needs at the end of a whole file: it looks ahead by a few bytes. */
    private static final int MOST_ENDS = 1_000;

    /** Buffered, by the WebP plug-in's own kind of stream. */
    private final ImageInputStream file;

    private int ends;

    BoundedImageStream(Path path) throws IOException {
        this.file = Objects.requireNonNull(ImageIO.createImageInputStream(path.toFile()));
    }

    @Override
    public int read() throws IOException {
        begin();
        int read = file.read();
        if (read < 0) {
            countEnd();
        } else {
            streamPos++;
        }
        return read;
    }

    /** Reads as much as there is, as the methods of the superclass for numbers expect. */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        begin();
        int read = 0;
        while (read < length) {
            int some = file.read(bytes, offset + read, length - read);
            if (some < 0) {
                countEnd();
                break;
            }
            read += some;
        }
        streamPos += read;
        return read == 0 && length > 0 ? -1 : read;
    }

    private void begin() throws IOException {
        checkClosed();
        bitOffset = 0;
        file.seek(streamPos);
    }

    private void countEnd() throws IOException {
        if (++ends > MOST_ENDS) {
            throw new IOException("read past the end of the file");
        }
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
