package dev.darkroom.priming;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A certificate for {@code localhost} under an authority of its own, both made when asked for and good for an hour. The JDK has
 * no public way to make one, hence the few lines of DER (X.509, RFC 5280).
 *
 * @param authority what trusts the host's certificate
 */
record ThrowawayCertificate(KeyPair keys, X509Certificate authority, X509Certificate host) {
    private static final byte[] COMMON_NAME = hex("0603550403");
    private static final byte[] IS_AUTHORITY = hex("300f0603551d130101ff040530030101ff");
    private static final byte[] IS_LOCALHOST = hex("30140603551d11040d300b82096c6f63616c686f7374");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /** The two kinds of keys that hosts have: AWS's the one, many others' the other. */
    enum Kind {
        RSA(2048, "SHA256withRSA", "300d06092a864886f70d01010b0500"),
        EC(256, "SHA256withECDSA", "300a06082a8648ce3d040302");

        private final int bits;
        private final String signature;
        private final String algorithm;

        Kind(int bits, String signature, String algorithm) {
            this.bits = bits;
            this.signature = signature;
            this.algorithm = algorithm;
        }
    }

    static ThrowawayCertificate make(Kind kind, Instant now) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.name());
        generator.initialize(kind.bits);
        // One pair of keys for both: they differ in their names, and nobody but this process ever sees them.
        KeyPair keys = generator.generateKeyPair();
        String issuer = "Rehearsal " + kind;
        return new ThrowawayCertificate(
                keys,
                signed(kind, keys, 1, issuer, issuer, IS_AUTHORITY, now),
                signed(kind, keys, 2, issuer, "localhost", IS_LOCALHOST, now));
    }

    /** What its host needs to speak TLS. */
    KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] none = new char[0];
        store.load(null, none);
        store.setKeyEntry("host", keys.getPrivate(), none, new Certificate[] {host, authority});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, none);
        return managers.getKeyManagers();
    }

    private static X509Certificate signed(
            Kind kind, KeyPair keys, int serial, String issuer, String subject, byte[] extension, Instant now)
            throws GeneralSecurityException {
        byte[] algorithm = hex(kind.algorithm);
        byte[] body = sequence(
                der(0xa0, der(0x02, new byte[] {2})), // version 3
                der(0x02, new byte[] {(byte) serial}),
                algorithm,
                name(issuer),
                sequence(time(now.minus(Duration.ofHours(1))), time(now.plus(Duration.ofHours(1)))),
                name(subject),
                keys.getPublic().getEncoded(),
                der(0xa3, sequence(extension)));
        Signature signature = Signature.getInstance(kind.signature);
        signature.initSign(keys.getPrivate());
        signature.update(body);
        byte[] certificate = sequence(body, algorithm, der(0x03, new byte[1], signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] name(String name) {
        byte[] text = der(0x0c, name.getBytes(StandardCharsets.US_ASCII));
        return sequence(der(0x31, sequence(COMMON_NAME, text)));
    }

    private static byte[] time(Instant instant) {
        return der(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] sequence(byte[]... parts) {
        return der(0x30, parts);
    }

    /** Tag, length, contents. */
    private static byte[] der(int tag, byte[]... parts) {
        int length = List.of(parts).stream().mapToInt(part -> part.length).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
