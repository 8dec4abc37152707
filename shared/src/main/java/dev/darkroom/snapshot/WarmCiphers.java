package dev.darkroom.snapshot;

import dev.darkroom.config.Environment;
import dev.darkroom.net.Greeting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The end of a rehearsal of a function that moves whole images. Until the second compiler has had the ciphers of TLS and the hash,
 * that takes ten times the CPU time. The pictures of a rehearsal are too small for it, and come without TLS.
 */
public final class WarmCiphers {
    private static final int TLS_RECORD = 16 * 1024;

    /** Of 32 MB: more of them made no copy faster. */
    private static final int RECORDS = 2048;

    private WarmCiphers() {}

    public static void last(Environment environment) throws IOException, GeneralSecurityException {
        Greeting.dynamoDb(environment);
        SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] plain = new byte[TLS_RECORD];
        ByteBuffer sealed = ByteBuffer.allocate(TLS_RECORD + 16);
        for (int record = 0; record < RECORDS; record++) {
            GCMParameterSpec nonce = new GCMParameterSpec(
                    128, ByteBuffer.allocate(12).putInt(record).array());
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce);
            cipher.doFinal(ByteBuffer.wrap(plain), sealed.clear());
            cipher.init(Cipher.DECRYPT_MODE, key, nonce);
            cipher.doFinal(sealed.flip(), ByteBuffer.wrap(plain));
            sha256.update(plain);
        }
    }
}
