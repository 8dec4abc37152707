package dev.darkroom.net;

import dev.darkroom.priming.Priming;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** TLS as all our clients speak it: they trust the authorities that the JVM is told to trust. */
final class Tls {
    /** The JDK's groups, with its second and third exchanged. */
    private static final String GROUPS =
            "x25519,secp384r1,secp256r1,secp521r1,x448,ffdhe2048,ffdhe3072,ffdhe4096,ffdhe6144,ffdhe8192";

    static {
        // A TLS client makes a key of the first group of each kind before it says hello. For secp256r1 a JVM that has
        // just started
        // first fills a table, and takes several times as long as for secp384r1. What others have set stays.
        if (System.getProperty("jdk.tls.namedGroups") == null) {
            System.setProperty("jdk.tls.namedGroups", GROUPS);
        }
    }

    private Tls() {}

    /** Reads the authorities, as they are now. */
    static SSLContext context() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            TrustManager[] trust = factory.getTrustManagers();
            if (Priming.isAsked()) {
                for (TrustManager manager : trust) {
                    judge(manager);
                }
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has TLS", e);
        }
    }

    /** It puts the names of its authorities in order when it judges for the first time: then a restored copy need not. */
    private static void judge(TrustManager manager) {
        if (manager instanceof X509TrustManager judging && judging.getAcceptedIssuers().length > 0) {
            X509Certificate any = judging.getAcceptedIssuers()[0];
            try {
                judging.checkServerTrusted(
                        new X509Certificate[] {any}, any.getPublicKey().getAlgorithm());
            } catch (CertificateException e) {
                // An authority is no server: what it thinks of it does not matter.
            }
        }
    }
}
