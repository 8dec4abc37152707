package dev.darkroom.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The environment of a function: its settings, and what makes its runtime trust the stub's certificate.
 *
 * @param environment variables of the process, in addition to Lambda's own
 * @param javaOptions options for a runtime that is a JVM
 */
record Surroundings(Map<String, String> environment, List<String> javaOptions) {
    static final String SIGNING_KEY = "benchmarks-sign-with-this-key";

    static Surroundings tls(StubCloud cloud, Certificate certificate) {
        String url = cloud.tlsUrl();
        Map<String, String> environment = new HashMap<>();
        environment.put("TASKS_TABLE", "tasks");
        environment.put("IMAGES_BUCKET", "images");
        environment.put("AWS_ENDPOINT_URL_DYNAMODB", url);
        environment.put("AWS_ENDPOINT_URL_S3", url);
        environment.put("TRUSTED_HOSTS", url.substring(url.lastIndexOf('/') + 1));
        environment.put("APIDOT_BASE_URL", url);
        environment.put("APIDOT_API_KEY", "benchmarks-have-no-key");
        environment.put("CALLBACK_BASE_URL", "https://callbacks.example.com");
        environment.put("CALLBACK_SIGNING_KEYS", SIGNING_KEY);
        environment.put("CLIENT_WEBHOOK_SECRETS", "whsec_YmVuY2htYXJrcy1zaWduLXdpdGgtdGhpcy1rZXk=");
        environment.put("NODE_EXTRA_CA_CERTS", certificate.pem().toString());
        return new Surroundings(
                Map.copyOf(environment), List.of("-Djavax.net.ssl.trustStore=" + certificate.trustStore()));
    }

    /** Returns the same surroundings with more options of the JVM. */
    Surroundings with(List<String> more) {
        return new Surroundings(
                environment, Stream.concat(javaOptions.stream(), more.stream()).toList());
    }
}
