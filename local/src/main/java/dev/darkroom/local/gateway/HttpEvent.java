package dev.darkroom.local.gateway;

import dev.darkroom.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** An API Gateway event in payload format 2.0 (API Gateway developer guide, "Lambda integrations for HTTP APIs"). */
final class HttpEvent {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private HttpEvent() {}

    static Json.Obj of(Request request, Routes.Match match, Json.@Nullable Obj claims, byte[] body) {
        Map<String, String> headers = headers(request);
        String path = Routes.decoded(request.getHttpURI().getPath());
        String query = request.getHttpURI().getQuery();
        String key = match.target().route().key();
        Json.Builder event = Json.object()
                .put("version", "2.0")
                .put("routeKey", key)
                .put("rawPath", path)
                .put("rawQueryString", query == null ? "" : query);
        String cookies = headers.get("cookie");
        if (cookies != null) {
            List<String> parts = List.of(cookies.split(";\\s*", -1));
            event.put("cookies", Json.array(parts.stream().map(Json::of).toList()));
        }
        event.put("headers", texts(headers));
        if (query != null && !query.isEmpty()) {
            event.put("queryStringParameters", texts(query(query)));
        }
        if (!match.parameters().isEmpty()) {
            event.put("pathParameters", texts(match.parameters()));
        }
        event.put("requestContext", context(request, match, claims, headers, path));
        if (body.length > 0) {
            boolean text = isText(headers.get("content-type"));
            event.put(
                    "body",
                    text
                            ? new String(body, StandardCharsets.UTF_8)
                            : Base64.getEncoder().encodeToString(body));
            event.put("isBase64Encoded", !text);
        } else {
            event.put("isBase64Encoded", false);
        }
        return event.build();
    }

    private static Json.Obj context(
            Request request, Routes.Match match, Json.@Nullable Obj claims, Map<String, String> headers, String path) {
        Json.Builder context = Json.object()
                .put("accountId", "000000000000")
                .put("apiId", match.target().route().api());
        if (claims != null) {
            Json.Obj jwt = Json.object()
                    .put("claims", claims)
                    .put("scopes", Json.Null.NULL)
                    .build();
            context.put("authorizer", Json.object().put("jwt", jwt).build());
        }
        String host = headers.getOrDefault("host", "localhost");
        Instant now = Instant.now();
        Json.Obj http = Json.object()
                .put("method", request.getMethod())
                .put("path", path)
                .put("protocol", request.getConnectionMetaData().getProtocol())
                .put("sourceIp", Request.getRemoteAddr(request))
                .put("userAgent", headers.getOrDefault("user-agent", ""))
                .build();
        return context.put("domainName", host)
                .put("domainPrefix", host.split("[.:]", 2)[0])
                .put("http", http)
                .put("requestId", UUID.randomUUID().toString())
                .put("routeKey", match.target().route().key())
                .put("stage", "$default")
                .put("time", TIME.format(now))
                .put("timeEpoch", now.toEpochMilli())
                .build();
    }

    /** Names in lower case, several values of one header joined by commas, and what the gateway adds. */
    private static Map<String, String> headers(Request request) {
        Map<String, String> headers = new TreeMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.merge(field.getLowerCaseName(), field.getValue(), (a, b) -> a + "," + b);
        }
        headers.put("x-forwarded-for", Request.getRemoteAddr(request));
        headers.put("x-forwarded-port", String.valueOf(Request.getLocalPort(request)));
        headers.put("x-forwarded-proto", "http");
        return headers;
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String value = parts.length == 2 ? decodedQuery(parts[1]) : "";
            if (!pair.isEmpty()) {
                parameters.merge(decodedQuery(parts[0]), value, (a, b) -> a + "," + b);
            }
        }
        return parameters;
    }

    private static String decodedQuery(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** Which bodies arrive as text; every other kind arrives as base64. */
    private static boolean isText(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = contentType.split("[;,]", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/")
                || List.of("application/json", "application/javascript", "application/xml")
                        .contains(type)
                || type.endsWith("+json")
                || type.endsWith("+xml");
    }

    private static Json.Obj texts(Map<String, String> texts) {
        Json.Builder object = Json.object();
        texts.forEach(object::put);
        return object.build();
    }
}
