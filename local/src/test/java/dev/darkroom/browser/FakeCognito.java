package dev.darkroom.browser;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The part of Amazon Cognito's user pools API that the page uses (API reference, {@code InitiateAuth} and related actions). JSON 1.1 over
 * POST, open to every origin. Its tokens are unsigned, which the local stack accepts.
 */
final class FakeCognito implements AutoCloseable {
    static final String CLIENT_ID = "page-client";
    static final String CODE = "123456";
    private static final String PREFIX = "AWSCognitoIdentityProviderService.";

    private final HttpServer server;
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private final Set<String> mustChoose = ConcurrentHashMap.newKeySet();
    private final Set<String> withAuthenticator = ConcurrentHashMap.newKeySet();
    private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger tokens = new AtomicInteger();

    private FakeCognito(HttpServer server) {
        this.server = server;
    }

    static FakeCognito start() {
        FakeCognito cognito;
        try {
            cognito = new FakeCognito(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cognito.server.createContext("/", cognito::answer);
        cognito.server.start();
        return cognito;
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    void user(String name, String password) {
        passwords.put(name, password);
    }

    /** Adds a user as an operator creates one: the first password must be changed. */
    void newUser(String name, String password) {
        user(name, password);
        mustChoose.add(name);
    }

    void userWithAuthenticator(String name, String password) {
        user(name, password);
        withAuthenticator.add(name);
    }

    /** Returns the actions that were called, in order. */
    List<String> calls() {
        return calls;
    }

    Set<String> refreshTokens() {
        return refreshTokens.keySet();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Access-Control-Allow-Origin", "*");
            headers.set("Access-Control-Allow-Headers", "content-type,x-amz-target");
            headers.set("Access-Control-Allow-Methods", "POST");
            if (exchange.getRequestMethod().equals("OPTIONS")) {
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            boolean json = "application/x-amz-json-1.1"
                    .equals(exchange.getRequestHeaders().getFirst("Content-Type"));
            Json.Obj answer;
            try {
                answer = target == null || !json || !target.startsWith(PREFIX)
                        ? refusal("UnknownOperationException", "")
                        : act(target.substring(PREFIX.length()), (Json.Obj) Json.parse(text));
            } catch (JsonException e) {
                answer = refusal("SerializationException", "");
            }
            byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.get("__type") == null ? 200 : 400, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Json.Obj act(String action, Json.Obj request) {
        calls.add(action);
        if (!CLIENT_ID.equals(request.string("ClientId"))) {
            return refusal("ResourceNotFoundException", "User pool client does not exist.");
        }
        return switch (action) {
            case "InitiateAuth" -> initiate(request);
            case "RespondToAuthChallenge" -> respond(request);
            case "ForgotPassword" ->
                Json.object().put("CodeDeliveryDetails", Json.object().build()).build();
            case "ConfirmForgotPassword" -> {
                if (!CODE.equals(request.string("ConfirmationCode"))) {
                    yield refusal("CodeMismatchException", "Invalid verification code provided");
                }
                user(
                        Objects.requireNonNull(request.string("Username")),
                        Objects.requireNonNull(request.string("Password")));
                yield Json.object().build();
            }
            case "RevokeToken" -> {
                refreshTokens.remove(Objects.requireNonNull(request.string("Token")));
                yield Json.object().build();
            }
            default -> refusal("UnknownOperationException", "");
        };
    }

    private Json.Obj initiate(Json.Obj request) {
        Json.Obj parameters = Objects.requireNonNull(request.object("AuthParameters"));
        if ("REFRESH_TOKEN_AUTH".equals(request.string("AuthFlow"))) {
            String user = refreshTokens.get(Objects.requireNonNull(parameters.string("REFRESH_TOKEN")));
            return user == null
                    ? refusal("NotAuthorizedException", "Refresh Token has been revoked")
                    : tokens(user, null);
        }
        String user = Objects.requireNonNull(parameters.string("USERNAME"));
        if (!Objects.requireNonNull(parameters.string("PASSWORD")).equals(passwords.get(user))) {
            return refusal("NotAuthorizedException", "Incorrect username or password.");
        }
        if (mustChoose.contains(user)) {
            return challenge("NEW_PASSWORD_REQUIRED", user);
        }
        return withAuthenticator.contains(user) ? challenge("SOFTWARE_TOKEN_MFA", user) : signedIn(user);
    }

    private Json.Obj respond(Json.Obj request) {
        Json.Obj responses = Objects.requireNonNull(request.object("ChallengeResponses"));
        String id = Objects.requireNonNull(responses.string("USERNAME"));
        if (!id.startsWith("id-of-")) {
            return refusal("NotAuthorizedException", "The name is not the one that the challenge asked for.");
        }
        String user = id.substring("id-of-".length());
        if (!("session-" + user).equals(request.string("Session"))) {
            return refusal("NotAuthorizedException", "Invalid session for the user.");
        }
        String password = responses.string("NEW_PASSWORD");
        if (password != null) {
            mustChoose.remove(user);
            user(user, password);
            return signedIn(user);
        }
        return CODE.equals(responses.string("SOFTWARE_TOKEN_MFA_CODE"))
                ? signedIn(user)
                : refusal("CodeMismatchException", "Code mismatch");
    }

    private static Json.Obj challenge(String name, String user) {
        return Json.object()
                .put("ChallengeName", name)
                .put("Session", "session-" + user)
                .put(
                        "ChallengeParameters",
                        Json.object().put("USER_ID_FOR_SRP", "id-of-" + user).build())
                .build();
    }

    private Json.Obj signedIn(String user) {
        String refreshToken = "refresh-" + tokens.incrementAndGet();
        refreshTokens.put(refreshToken, user);
        return tokens(user, refreshToken);
    }

    private Json.Obj tokens(String user, @Nullable String refreshToken) {
        Json.Builder result = Json.object()
                .put("AccessToken", token(Map.of("sub", "id-of-" + user, "jti", "" + tokens.incrementAndGet())))
                .put("IdToken", token(Map.of("sub", "id-of-" + user, "email", user)))
                .put("ExpiresIn", 3600)
                .put("TokenType", "Bearer");
        if (refreshToken != null) {
            result.put("RefreshToken", refreshToken);
        }
        return Json.object().put("AuthenticationResult", result.build()).build();
    }

    private static String token(Map<String, String> claims) {
        Json.Builder payload = Json.object();
        claims.forEach(payload::put);
        return part("{\"alg\":\"none\"}") + "." + part(payload.build().text()) + "." + part("signature");
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Json.Obj refusal(String type, String message) {
        return Json.object().put("__type", type).put("message", message).build();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
