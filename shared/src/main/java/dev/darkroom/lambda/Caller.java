package dev.darkroom.lambda;

import dev.darkroom.config.Environment;
import dev.darkroom.task.UserId;
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
                ? user(token(request.headers().get("authorization")))
                : Optional.empty();
    }

    private static @Nullable String token(@Nullable String authorization) {
        return authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? null
                : authorization.substring(BEARER.length()).strip();
    }

    private static Optional<UserId> user(@Nullable String name) {
        return name == null || !UserId.isUsable(name) ? Optional.empty() : Optional.of(new UserId(name));
    }
}
