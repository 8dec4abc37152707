package dev.darkroom.net;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
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

    /** The stated length of the body, in bytes. If the body ends earlier, reading throws an {@link IOException}. */
    public OptionalLong length() {
        HttpEntity entity = response.getEntity();
        return entity == null || entity.getContentLength() < 0
                ? OptionalLong.empty()
                : OptionalLong.of(entity.getContentLength());
    }

    /** The body as it was sent. Only chunks are decoded. */
    public InputStream body() throws IOException {
        HttpEntity entity = response.getEntity();
        return entity == null ? InputStream.nullInputStream() : entity.getContent();
    }

    /** Takes from an answer what its caller needs. Its {@link IOException} counts as a failure of the host. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(OutsideAnswer answer) throws IOException;
    }
}
