package dev.darkroom.apidot;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.net.Backoff;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.task.UpstreamTaskId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/** The APIDot API: submits a task, reads its status. Every outcome is a value, never an exception. Thread-safe. */
public final class ApiDot {
    public static final String BASE_URL = "APIDOT_BASE_URL";
    public static final String API_KEY = "APIDOT_API_KEY";
    static final String DEFAULT_BASE_URL = "https://api.apidot.ai";

    /** With less time left than this, a submit might go out and have no time for its answer. A refusal is better. */
    static final Duration SHORTEST_ATTEMPT = Duration.ofSeconds(3);

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(4);

    private final URI baseUrl;
    private final String apiKey;
    private final Pause pause;
    private final InstantSource clock;
    private final Backoff backoff;
    private final Wire wire = new Wire();

    /** @param random draws the jitter; thread-safe */
    public ApiDot(URI baseUrl, String apiKey, Pause pause, InstantSource clock, RandomGenerator random) {
        this.baseUrl = baseUrl;
        this.apiKey = apiKey;
        this.pause = pause;
        this.clock = clock;
        this.backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, random);
    }

    /** From APIDOT_BASE_URL and APIDOT_API_KEY. */
    public static ApiDot of(Environment environment, TrustedHosts trusted) {
        return new ApiDot(
                baseUrl(environment, trusted),
                apiKey(environment),
                Thread::sleep,
                InstantSource.system(),
                new SecureRandom());
    }

    /** APIDot's base URL: https, because the key is sent there. Only a trusted host may use http. */
    public static URI baseUrl(Environment environment, TrustedHosts trusted) {
        URI uri = environment.baseUrl(BASE_URL, DEFAULT_BASE_URL);
        if (!"https".equalsIgnoreCase(uri.getScheme()) && !trusted.contains(uri)) {
            throw new ConfigurationException(BASE_URL, "must be https, or name a host in TRUSTED_HOSTS");
        }
        return uri;
    }

    private static String apiKey(Environment environment) {
        String key = environment.required(API_KEY);
        if (!key.matches("[\\x21-\\x7e]+")) {
            throw new ConfigurationException(API_KEY, "must be visible ASCII characters");
        }
        return key;
    }

    /**
     * Submits a task within the limit. It repeats the submit only if no attempt can have made a task.
     *
     * @param body as APIDot's README, "Request parameters", has it
     * @param limit for everything: attempts and the waits between them
     */
    public SubmitOutcome submit(Json.Obj body, Duration limit) {
        if (limit.compareTo(SHORTEST_ATTEMPT) < 0) {
            return new SubmitOutcome.Refused(SubmitOutcome.Reason.UNAVAILABLE, "No time was left to ask APIDot", null);
        }
        Instant by = clock.instant().plus(limit);
        byte[] bytes = body.text().getBytes(StandardCharsets.UTF_8);
        List<String> secrets = secrets(body);
        for (int failures = 1; ; failures++) {
            URI uri = URI.create(baseUrl + "/api/generate/submit");
            HttpPost request = new HttpPost(uri);
            request.setEntity(new ByteArrayEntity(bytes, ContentType.APPLICATION_JSON));
            Duration left = Duration.between(clock.instant(), by);
            SubmitOutcome outcome =
                    SubmitAnswer.of(wire.exchange(signed(request), uri, left), clock.instant(), secrets);
            if (!(outcome instanceof SubmitOutcome.Refused refused)
                    || !refused.reason().isTemporary()
                    || !waited(backoff.after(failures), refused.retryAfter(), by)) {
                return outcome;
            }
        }
    }

    /** Reads a task's status. It tries once, because the caller looks again later. */
    public StatusRead status(UpstreamTaskId id, Duration limit) {
        // URLEncoder writes a space as "+", but an id has no spaces.
        String segment = URLEncoder.encode(id.value(), StandardCharsets.UTF_8);
        URI uri = URI.create(baseUrl + "/api/generate/status/" + segment);
        return StatusAnswer.of(wire.exchange(signed(new HttpGet(uri)), uri, limit), id, List.of(apiKey));
    }

    private <R extends HttpUriRequestBase> R signed(R request) {
        request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + apiKey);
        request.setHeader(HttpHeaders.ACCEPT, "application/json");
        return request;
    }

    /**
     * Waits, if there is enough time left for another attempt.
     *
     * @param retryAfter a minimum that APIDot asked for; the jitter is added, so that callers do not return together
     */
    private boolean waited(Duration jitter, @Nullable Duration retryAfter, Instant by) {
        Duration wait = retryAfter == null ? jitter : retryAfter.plus(jitter);
        Duration leftAfter = Duration.between(clock.instant(), by).minus(wait);
        if (leftAfter.compareTo(SHORTEST_ATTEMPT) < 0) {
            return false;
        }
        try {
            pause.wait(wait);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Texts that APIDot gets from us and that no error message may echo. */
    private List<String> secrets(Json.Obj body) {
        List<String> secrets = new ArrayList<>(List.of(apiKey));
        String callback = body.string("callback_url");
        if (callback != null) {
            secrets.add(callback.substring(callback.lastIndexOf('/') + 1));
        }
        Json.Obj input = body.object("input");
        String prompt = input == null ? null : input.string("prompt");
        if (prompt != null) {
            secrets.add(prompt);
        }
        return secrets;
    }
}
