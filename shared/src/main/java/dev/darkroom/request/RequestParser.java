package dev.darkroom.request;

import dev.darkroom.config.Environment;
import dev.darkroom.net.TrustedHosts;

/**
 * Reads the body of a submit or a quote. Pure: fetches nothing. Thread-safe.
 *
 * @param maxPromptLength in code points
 * @param trusted hosts that are exempt from the rules for outside URLs
 */
public record RequestParser(int maxPromptLength, TrustedHosts trusted) {
    /** The largest value of {@code MAX_PROMPT_LENGTH}. A task's item has at most 400 KB, and a character up to 6 bytes of JSON. */
    private static final int LONGEST_PROMPT = 64_000;

    /** As the settings {@code MAX_PROMPT_LENGTH} and {@code TRUSTED_HOSTS} say. */
    public static RequestParser of(Environment environment) {
        int maxPromptLength = (int) environment.integer("MAX_PROMPT_LENGTH", 32_000, 1, LONGEST_PROMPT);
        return new RequestParser(maxPromptLength, TrustedHosts.of(environment));
    }

    /** The request, or everything that is wrong with it. */
    public Parsed<ImageRequest> parse(String body) {
        return Parsed.ofJson(body, new RequestRules(maxPromptLength, trusted)::check);
    }
}
