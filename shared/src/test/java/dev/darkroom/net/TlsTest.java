package dev.darkroom.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class TlsTest {
    /** Its first key is of the group that comes first, and every other one stays on offer: also those of a later JDK. */
    @Test
    void we_offer_the_groups_that_the_jdk_offers_with_two_of_them_exchanged() throws Exception {
        List<String> ours = List.of(Tls.context().getDefaultSSLParameters().getNamedGroups());
        List<String> theirs = ofAnotherJvm();
        assertThat(ours).containsExactlyInAnyOrderElementsOf(theirs).startsWith("x25519", "secp384r1", "secp256r1");
        assertThat(theirs).startsWith("x25519", "secp256r1", "secp384r1");
    }

    /** One that has no class of ours. */
    private static List<String> ofAnotherJvm() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Groups.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(jvm.getInputStream().readAllBytes(), US_ASCII);
        return List.of(printed.strip().split(",", -1));
    }

    /** Prints them. */
    static final class Groups {
        private Groups() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println(String.join(
                    ",", SSLContext.getDefault().getDefaultSSLParameters().getNamedGroups()));
        }
    }
}
