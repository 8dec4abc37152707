package dev.darkroom.deployed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificate chains of three for localhost, as long as those of public hosts. */
final class Certificates {
    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final KeyStore trusted;

    /** @param folder an empty folder */
    Certificates(Path folder) throws IOException, GeneralSecurityException {
        this.folder = folder;
        this.trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
    }

    /** Returns the TLS context of a host with keys of this kind, RSA or EC. */
    SSLContext host(String kind) throws Exception {
        Path file = folder.resolve(kind + ".p12");
        make(file, kind, "root", List.of("-dname", "CN=Root " + kind, "-ext", "bc:c"));
        make(file, kind, "between", List.of("-dname", "CN=Between", "-ext", "bc:c", "-signer", "root"));
        make(file, kind, "host", List.of("-dname", "CN=localhost", "-ext", "san=dns:localhost", "-signer", "between"));
        KeyStore keys = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        trusted.setCertificateEntry(kind, keys.getCertificate("root"));
        // Without this, the server might send the root's own certificate.
        keys.deleteEntry("root");
        keys.deleteEntry("between");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** Returns options for a JVM that trusts these hosts and no other. */
    List<String> trustOptions() throws IOException, GeneralSecurityException {
        Path file = folder.resolve("trusted.p12");
        try (var out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return List.of("-Djavax.net.ssl.trustStore=" + file, "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    private static void make(Path file, String kind, String alias, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                // Half the processor time: it ends before a better compilation pays.
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keyalg",
                kind,
                "-alias",
                alias,
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString()));
        command.addAll(options);
        if (kind.equals("RSA")) {
            // As most public hosts have, and found faster than keytool's own choice.
            command.addAll(List.of("-keysize", "2048"));
        }
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException("keytool made no key");
        }
    }
}
