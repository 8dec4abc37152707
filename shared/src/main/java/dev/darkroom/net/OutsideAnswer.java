package dev.darkroom.net;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/** The answer of an outside host, while the connection is open. Nothing in it can be trusted. */
public final class OutsideAnswer {
    private final ClassicHttpResponse response;

    OutsideAnswer(ClassicHttpResponse response) {
        this.response = response;
    }

    public int status() {
        return response.getCode();
    }

    /** The first header of this name. */
    public Optional<String> header(String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
    }

    /** The body's stated length, in bytes; none if it is packed. If it ends earlier, reading throws an {@link IOException}. */
    public OptionalLong length() {
        HttpEntity entity = response.getEntity();
        return entity == null || entity.getContentLength() < 0 || isGzip()
                ? OptionalLong.empty()
                : OptionalLong.of(entity.getContentLength());
    }

    /** The body. No request asks for an encoding, but some hosts answer with gzip anyway. The reader must limit its length. */
    public InputStream body() throws IOException {
        return isGzip() ? new Unpacked(new InTime(sent())) : sent();
    }

    /** The body as it was sent. Only chunks are decoded. */
    public InputStream sent() throws IOException {
        HttpEntity entity = response.getEntity();
        return entity == null ? InputStream.nullInputStream() : entity.getContent();
    }

    private boolean isGzip() {
        String coding = header("Content-Encoding").orElse("").strip();
        return coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip");
    }

    /**
     * Ends at the exchange's deadline by itself. Endless bytes that unpack to nothing reach no limit of the reader's. If they keep
     * all processors busy, the deadline's own thread does not run.
     */
    private static final class InTime extends FilterInputStream {
        InTime(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            check();
            return super.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            check();
            return super.read(buffer, offset, length);
        }

        private static void check() throws SocketTimeoutException {
            if (SingleExchange.CURRENT.get().deadline().isOver()) {
                throw new SocketTimeoutException("no time to read on");
            }
        }
    }

    /** The JDK's stream calls itself for each further member, so a body of many empty members would overflow the stack. */
    private static final class Unpacked extends GZIPInputStream {
        private static final int MOST_CALLS = 100;

        private int calls;

        Unpacked(InputStream in) throws IOException {
            super(in, 8192);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            calls++;
            try {
                if (calls > MOST_CALLS) {
                    throw new IOException("too many empty members");
                }
                return super.read(buffer, offset, length);
            } finally {
                calls--;
            }
        }
    }

    /** Takes from an answer what its caller needs. Its {@link IOException} counts as a failure of the host. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(OutsideAnswer answer) throws IOException;
    }
}
