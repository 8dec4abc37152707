package dev.darkroom.local.gateway;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The local authorizer's claims of a bearer token: a JWT's unchecked claims, or any other token as the user's name. */
final class Claims {
    private Claims() {}

    /** The claims, every value a text as in an event; empty when there is no token. */
    static Optional<Json.Obj> of(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.empty();
        }
        String token = authorization.substring(7).strip();
        if (token.isEmpty()) {
            return Optional.empty();
        }
        Json.Obj payload = payload(token);
        if (payload == null) {
            return Optional.of(Json.object().put("sub", token).build());
        }
        Json.Builder claims = Json.object();
        payload.fields().forEach((name, value) -> claims.put(name, value instanceof Json.Str ? value : text(value)));
        return Optional.of(claims.build());
    }

    private static Json text(Json value) {
        return Json.of(value.text());
    }

    private static Json.@Nullable Obj payload(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            return Json.parse(text) instanceof Json.Obj payload ? payload : null;
        } catch (IllegalArgumentException | JsonException e) {
            return null;
        }
    }
}
