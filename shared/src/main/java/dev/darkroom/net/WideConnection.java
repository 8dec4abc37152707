package dev.darkroom.net;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection that sends its body in large pieces, whatever pieces it is handed. The SDK hands on 4 KiB at a time; a system
 * call for every second of them, and over TLS a record for each, took half the time of a copy. It has the methods that the SDK's
 * client calls; all others are those of a connection that was never used.
 */
final class WideConnection extends HttpURLConnection {
    static final int PIECE = 256 * 1024;

    private final HttpURLConnection narrow;
    private @Nullable OutputStream body;

    WideConnection(HttpURLConnection narrow) {
        super(narrow.getURL());
        this.narrow = narrow;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream wide = body;
        if (wide == null) {
            wide = new BufferedOutputStream(narrow.getOutputStream(), PIECE);
            body = wide;
        }
        return wide;
    }

    /** Before an answer is asked for. */
    private void send() throws IOException {
        if (body != null) {
            body.flush();
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        send();
        return narrow.getInputStream();
    }

    @Override
    public int getResponseCode() throws IOException {
        send();
        return narrow.getResponseCode();
    }

    @Override
    public String getResponseMessage() throws IOException {
        send();
        return narrow.getResponseMessage();
    }

    @Override
    public @Nullable InputStream getErrorStream() {
        return narrow.getErrorStream();
    }

    @Override
    public Map<String, List<String>> getHeaderFields() {
        return narrow.getHeaderFields();
    }

    @Override
    public @Nullable String getHeaderField(String name) {
        return narrow.getHeaderField(name);
    }

    @Override
    public void addRequestProperty(String key, String value) {
        narrow.addRequestProperty(key, value);
    }

    @Override
    public void setRequestProperty(String key, String value) {
        narrow.setRequestProperty(key, value);
    }

    @Override
    public @Nullable String getRequestProperty(String key) {
        return narrow.getRequestProperty(key);
    }

    @Override
    public void setRequestMethod(String method) throws ProtocolException {
        narrow.setRequestMethod(method);
    }

    @Override
    public String getRequestMethod() {
        return narrow.getRequestMethod();
    }

    @Override
    public void setDoOutput(boolean output) {
        narrow.setDoOutput(output);
    }

    @Override
    public boolean getDoOutput() {
        return narrow.getDoOutput();
    }

    @Override
    public void setInstanceFollowRedirects(boolean follow) {
        narrow.setInstanceFollowRedirects(follow);
    }

    @Override
    public void setFixedLengthStreamingMode(long length) {
        narrow.setFixedLengthStreamingMode(length);
    }

    @Override
    public void setChunkedStreamingMode(int length) {
        narrow.setChunkedStreamingMode(length);
    }

    @Override
    public void setConnectTimeout(int millis) {
        narrow.setConnectTimeout(millis);
    }

    @Override
    public void setReadTimeout(int millis) {
        narrow.setReadTimeout(millis);
    }

    @Override
    public void connect() throws IOException {
        narrow.connect();
    }

    @Override
    public void disconnect() {
        narrow.disconnect();
    }

    @Override
    public boolean usingProxy() {
        return narrow.usingProxy();
    }
}
