package dev.darkroom.lambda;

import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.task.UserId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The user who makes a request. */
public final class Caller {
    private static final String BEARER = "bearer ";

    private Caller() {}

    /**
     * The {@code sub} claim of the token that the gateway's authorizer checked. {@code sam local start-api} checks no token and
     * passes no authorizer. Only there ({@code AWS_SAM_LOCAL=true}) the bearer token itself names the user.
     */
    public static Optional<UserId> of(HttpRequest request, Environment environment) {
        if (request.claims() != null) {
            return user(request.claims().get("sub"));
        }
        return "true".equals(environment.optional("AWS_SAM_LOCAL"))
                ? ofUncheckedHeader(request.headers().get("authorization"))
                : Optional.empty();
    }

    /**
     * The user of an unchecked {@code Authorization} header, for local runs only: a JWT's {@code sub}, or the bearer token itself
     * if it is not a JWT.
     */
    public static Optional<UserId> ofUncheckedHeader(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        String token = authorization.substring(BEARER.length()).strip();
        String[] parts = token.split("\\.", -1);
        return user(parts.length == 3 && json(parts[0]) != null ? subject(parts[1]) : token);
    }

    private static @Nullable String subject(String payload) {
        Json.Obj claims = json(payload);
        return claims == null ? null : claims.string("sub");
    }

    private static Json.@Nullable Obj json(String part) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
            return Json.parse(text) instanceof Json.Obj object ? object : null;
        } catch (IllegalArgumentException | JsonException e) {
            return null;
        }
    }

    private static Optional<UserId> user(@Nullable String name) {
        return name == null || !UserId.isUsable(name) ? Optional.empty() : Optional.of(new UserId(name));
    }
}
