package dev.darkroom.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for localhost, made for one run. RSA with 2048 bits, as DynamoDB's. A function trusts it in addition to the usual
 * authorities, because reading those is part of a cold start.
 *
 * @param trustStore for {@code javax.net.ssl.trustStore}: the JDK's authorities and this certificate, without a password
 * @param pem for {@code NODE_EXTRA_CA_CERTS}
 */
record Certificate(java.security.cert.Certificate itself, SSLContext serverContext, Path trustStore, Path pem) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    static Certificate make(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path keys = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "localhost",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-ext",
                        "BC=ca:true",
                        "-validity",
                        "30",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
        KeyStore own = KeyStore.getInstance(keys.toFile(), PASSWORD);
        java.security.cert.Certificate certificate = own.getCertificate("localhost");
        Path trustStore = folder.resolve("trust.p12");
        trust(certificate, trustStore);
        Path pem = folder.resolve("localhost.pem");
        Files.writeString(
                pem,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return new Certificate(certificate, context, trustStore, pem);
    }

    /** Returns the context of a client that trusts only this certificate and has no TLS session yet. */
    SSLContext clientContext() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("localhost", itself);
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static void trust(java.security.cert.Certificate certificate, Path file)
            throws IOException, GeneralSecurityException {
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        Path theirs = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
        KeyStore known = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(theirs)) {
            known.load(in, null);
        }
        for (String alias : Collections.list(known.aliases())) {
            authorities.setCertificateEntry(alias, known.getCertificate(alias));
        }
        authorities.setCertificateEntry("localhost", certificate);
        try (OutputStream out = Files.newOutputStream(file)) {
            authorities.store(out, null);
        }
    }
}
