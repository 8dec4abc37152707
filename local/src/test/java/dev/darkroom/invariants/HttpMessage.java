package dev.darkroom.invariants;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An HTTP/1.1 request or answer, kept byte for byte, so that signatures stay valid. */
final class HttpMessage {
    private final byte[] head;
    private final byte[] body;

    private HttpMessage(byte[] head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    /** Answers {@code 100 Continue} when the request asks for it. */
    @FunctionalInterface
    interface Continue {
        void say() throws IOException;
    }

    /** Reads the next request; empty when the client has closed the connection. */
    static Optional<HttpMessage> request(InputStream in, Continue go) throws IOException {
        byte[] head = head(in);
        if (head.length == 0) {
            return Optional.empty();
        }
        if (header(head, "expect").isPresent()) {
            go.say();
        }
        return Optional.of(new HttpMessage(head, body(in, head)));
    }

    /** Reads the answer to a request with this method. */
    static HttpMessage answer(InputStream in, String method) throws IOException {
        byte[] head = head(in);
        if (head.length == 0) {
            throw new EOFException("closed without an answer");
        }
        int status = status(head);
        if (status / 100 == 1) {
            return answer(in, method);
        }
        boolean empty = status == 204 || status == 304 || method.equals("HEAD");
        return new HttpMessage(head, empty ? new byte[0] : body(in, head));
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(head);
        out.write(body);
        out.flush();
    }

    String method() {
        return line().substring(0, line().indexOf(' '));
    }

    /** Path and query. */
    String target() {
        return line().split(" ", -1)[1];
    }

    int status() {
        return status(head);
    }

    Optional<String> header(String name) {
        return header(head, name);
    }

    /** Returns whether the connection ends after this message: by its header, or because only the end marks the body's length. */
    boolean endsWithItsConnection() {
        if (header("connection").filter("close"::equalsIgnoreCase).isPresent()) {
            return true;
        }
        return line().startsWith("HTTP/")
                && status() != 204
                && status() != 304
                && header("content-length").isEmpty()
                && header("transfer-encoding").isEmpty();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    private String line() {
        return line(head);
    }

    private static String line(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf("\r\n"));
    }

    private static int status(byte[] head) {
        return Integer.parseInt(line(head).split(" ", -1)[1]);
    }

    private static Optional<String> header(byte[] head, String name) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        for (int at = text.indexOf("\r\n"); at >= 0; at = text.indexOf("\r\n", at + 2)) {
            int value = at + 2 + name.length();
            if (text.regionMatches(true, at + 2, name, 0, name.length()) && text.startsWith(":", value)) {
                return Optional.of(
                        text.substring(value + 1, text.indexOf("\r\n", value)).strip());
            }
        }
        return Optional.empty();
    }

    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        while (last != 0x0D0A0D0A) {
            int next = in.read();
            if (next < 0) {
                if (head.size() > 0) {
                    throw new EOFException("closed in the middle of a head");
                }
                return new byte[0];
            }
            head.write(next);
            last = last << 8 | next;
        }
        return head.toByteArray();
    }

    private static byte[] body(InputStream in, byte[] head) throws IOException {
        if (header(head, "transfer-encoding")
                .filter("chunked"::equalsIgnoreCase)
                .isPresent()) {
            return chunks(in);
        }
        Optional<String> length = header(head, "content-length");
        if (length.isEmpty()) {
            // An answer without a length ends with its connection; a request without a length has no body.
            return line(head).startsWith("HTTP/") ? in.readAllBytes() : new byte[0];
        }
        byte[] body = in.readNBytes(Integer.parseInt(length.get()));
        if (body.length != Integer.parseInt(length.get())) {
            throw new EOFException("closed in the middle of a body");
        }
        return body;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            String size = line(in, all);
            int length = Integer.parseInt(size.split(";", -1)[0].strip(), 16);
            all.write(in.readNBytes(length));
            line(in, all);
            if (length == 0) {
                return all.toByteArray();
            }
        }
    }

    private static String line(InputStream in, ByteArrayOutputStream copy) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            copy.write(next);
            if (next == '\n') {
                return line.toString().strip();
            }
            line.append((char) next);
        }
        throw new EOFException("closed in the middle of a chunk");
    }
}
