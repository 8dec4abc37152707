package dev.darkroom.apidot;

import dev.darkroom.config.Environment;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.task.TaskId;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The {@code callback_url} that APIDot is given for each task. Thread-safe.
 *
 * @param baseUrl of our callback API, without a slash at its end; null if APIDot gets no address
 */
public record CallbackUrls(
        CallbackSignature signature, @Nullable URI baseUrl) {
    public static final String BASE_URL = "CALLBACK_BASE_URL";

    /**
     * From CALLBACK_BASE_URL, CALLBACK_SIGNING_KEYS and APIDOT_BASE_URL. Only a trusted APIDot gets an address that is not https:
     * the real one would refuse the submit because of it. The sweep then settles the tasks.
     */
    public static CallbackUrls of(Environment environment, TrustedHosts trusted) {
        CallbackSignature signature = CallbackSignature.of(environment);
        if (environment.optional(BASE_URL) == null) {
            return new CallbackUrls(signature, null);
        }
        URI baseUrl = environment.baseUrl(BASE_URL, null);
        boolean usable =
                "https".equalsIgnoreCase(baseUrl.getScheme()) || trusted.contains(ApiDot.baseUrl(environment, trusted));
        return new CallbackUrls(signature, usable ? baseUrl : null);
    }

    /** {@code {CALLBACK_BASE_URL}/callbacks/apidot/{task_id}/{signature}}, or null if none is sent. */
    public @Nullable String of(TaskId task) {
        return baseUrl == null ? null : baseUrl + "/callbacks/apidot/" + task.value() + "/" + signature.of(task);
    }
}
