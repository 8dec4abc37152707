package dev.darkroom.local.gateway;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.function.Outcome;
import dev.darkroom.local.template.Template.Cors;
import dev.darkroom.local.template.Template.EventSource.Route;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Both HTTP APIs on one port. It refuses what AWS's gateway refuses, with AWS's bodies, and answers {@code GET /health}
 * itself. Requests run on virtual threads.
 */
public final class Gateway implements AutoCloseable {
    /** Payload quota of HTTP APIs. */
    private static final int MAX_BODY = 10 * 1024 * 1024;

    private static final Pattern BADLY_ENCODED = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    /** {@code localhost} and numeric addresses: nobody else can own these names. */
    private static final Pattern OWN_NAME = Pattern.compile("(?i)localhost|[0-9.]+|\\[?[0-9a-f.]*:[0-9a-f:.]+]?");

    private final Server server;
    private final ServerConnector connector;
    private final boolean onlyOwnNames;
    private final Routes routes = new Routes();
    private final Map<String, CrossOrigin> crossOrigin = new HashMap<>();

    private Gateway(Server server, ServerConnector connector, boolean onlyOwnNames) {
        this.server = server;
        this.connector = connector;
        this.onlyOwnNames = onlyOwnNames;
    }

    /** Takes the port (0: a free one) without answering yet: clients wait until {@link #start}. */
    public static Gateway bind(InetSocketAddress address) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        // The gateway itself decides which paths it refuses.
        http.setUriCompliance(UriCompliance.UNSAFE);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.open();
        server.addConnector(connector);
        server.setErrorHandler(new Refusals());
        return new Gateway(server, connector, address.getAddress().isLoopbackAddress());
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** Adds a route; before the start only. */
    public void route(Route route, LocalFunction function) {
        routes.add(route, function);
    }

    /** Lets web pages call an API; before the start only. */
    public void cors(String api, Cors cors) {
        crossOrigin.put(api, new CrossOrigin(cors));
    }

    public void start() {
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                answer(request, response, callback);
                return true;
            }
        });
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the gateway did not start, although its port is already open", e);
        }
    }

    private void answer(Request request, Response response, Callback callback)
            throws IOException, InterruptedException {
        // Before anything else: the server closes a connection whose request it has answered before all of it came.
        byte[] body;
        try (InputStream in = Content.Source.asInputStream(request)) {
            body = in.readNBytes(MAX_BODY + 1);
        }
        if (body.length > MAX_BODY) {
            refuse(response, callback, 413, "Request Entity Too Large");
            return;
        }
        String method = request.getMethod();
        String path = Objects.requireNonNullElse(request.getHttpURI().getPath(), "");
        if (BADLY_ENCODED.matcher(path).find()) {
            refuse(response, callback, 400, "Bad Request");
            return;
        }
        if (method.equals("GET") && path.equals("/health")) {
            send(response, callback, 200, Map.of(), "{\"status\":\"up\"}");
            return;
        }
        Optional<String> asked = CrossOrigin.asked(request);
        if (asked.isPresent()) {
            Optional<CrossOrigin> web = routes.find(asked.get(), path).flatMap(this::crossOrigin);
            if (web.isPresent()) {
                web.get().permit(request, response);
                send(response, callback, 204, Map.of(), "");
                return;
            }
        }
        Optional<Routes.Match> match = routes.find(method, path);
        if (match.isEmpty()) {
            refuse(response, callback, 404, "Not Found");
            return;
        }
        match.flatMap(this::crossOrigin).ifPresent(web -> web.expose(request, response));
        Routes.Target target = match.get().target();
        Optional<Json.Obj> claims = Optional.empty();
        if (target.route().authorized()) {
            // Any token names a user, who can spend money. Without this, a page of elsewhere could call by a name of
            // its own that leads to this machine (DNS rebinding).
            if (onlyOwnNames
                    && !OWN_NAME.matcher(Request.getServerName(request)).matches()) {
                refuse(response, callback, 403, "Forbidden");
                return;
            }
            claims = Claims.of(request.getHeaders().get("Authorization"));
            if (claims.isEmpty()) {
                response.getHeaders().put("WWW-Authenticate", "Bearer");
                refuse(response, callback, 401, "Unauthorized");
                return;
            }
        }
        Json.Obj event = HttpEvent.of(request, match.get(), claims.orElse(null), body);
        switch (target.function().invoke(event)) {
            case Outcome.Answered(String output) -> translate(response, callback, output);
            case Outcome.Failed _ -> refuse(response, callback, 500, "Internal Server Error");
            case Outcome.TimedOut _ -> refuse(response, callback, 503, "Service Unavailable");
        }
    }

    private Optional<CrossOrigin> crossOrigin(Routes.Match match) {
        return Optional.ofNullable(crossOrigin.get(match.target().route().api()));
    }

    private static void refuse(Response response, Callback callback, int status, String message) {
        send(
                response,
                callback,
                status,
                Map.of("content-type", Json.of("application/json")),
                Json.object().put("message", message).build().text());
    }

    private static void translate(Response response, Callback callback, String output) {
        Json answer;
        try {
            answer = Json.parse(output);
        } catch (JsonException e) {
            refuse(response, callback, 500, "Internal Server Error");
            return;
        }
        if (!(answer instanceof Json.Obj object) || object.get("statusCode") == null) {
            // Format 2.0: an answer without a status is itself the body.
            send(response, callback, 200, Map.of(), answer.text());
            return;
        }
        Long status = object.integer("statusCode");
        String body = object.string("body");
        boolean base64 = object.get("isBase64Encoded") == Json.Bool.TRUE;
        if (status == null || status < 100 || status > 599) {
            refuse(response, callback, 500, "Internal Server Error");
            return;
        }
        Json.Obj headers = object.object("headers");
        for (Json cookie : object.items("cookies")) {
            if (cookie instanceof Json.Str(String value)) {
                response.getHeaders().add("Set-Cookie", value);
            }
        }
        byte[] bytes = body == null
                ? new byte[0]
                : base64 ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
        send(response, callback, status.intValue(), headers == null ? Map.of() : headers.fields(), bytes);
    }

    private static void send(Response response, Callback callback, int status, Map<String, Json> headers, String body) {
        send(response, callback, status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(Response response, Callback callback, int status, Map<String, Json> headers, byte[] body) {
        response.setStatus(status);
        headers.forEach((name, value) ->
                response.getHeaders().put(name, value instanceof Json.Str(String text) ? text : value.text()));
        if (!response.getHeaders().contains(HttpHeader.CONTENT_TYPE)) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        }
        response.getHeaders().put("Apigw-Requestid", UUID.randomUUID().toString());
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** Answers requests that reach no route: not HTTP, or a head that is too long. */
    private static final class Refusals extends ErrorHandler {
        @Override
        public boolean errorPageForMethod(String method) {
            return true;
        }

        @Override
        protected void generateResponse(
                Request request, Response response, int status, String message, Throwable cause, Callback callback) {
            refuse(response, callback, status, HttpStatus.getMessage(status));
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // Nobody waits for an answer any more.
            System.err.println(
                    "The gateway did not stop cleanly: " + e.getClass().getName());
        }
    }
}
