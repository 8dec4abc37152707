package dev.darkroom.net;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Gets the JVM's TLS ready in a thread of its own while a function's start does something else. Reading the certificate
 * authorities and making the first key takes a JVM that has just started as long as all of an SDK client's making.
 */
public final class TlsAhead {
    private TlsAhead() {}

    /** Returns at once. Sends nothing, keeps nothing; what fails here fails again, and is told, where TLS is used. */
    public static void start() {
        Thread.ofPlatform().daemon().name("tls").start(TlsAhead::sayHello);
    }

    /** A handshake's first message, made and thrown away. */
    private static void sayHello() {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
            engine.setUseClientMode(true);
            engine.wrap(
                    ByteBuffer.allocate(0),
                    ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
        } catch (GeneralSecurityException | SSLException | RuntimeException e) {
            // told where TLS is used
        }
    }
}
