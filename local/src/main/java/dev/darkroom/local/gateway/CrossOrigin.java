package dev.darkroom.local.gateway;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.darkroom.local.template.Template.Cors;
import java.util.Optional;

/**
 * What API Gateway says to browsers whose page is of another origin (developer guide, "Configure CORS for HTTP APIs"): it
 * answers preflight requests itself, without a token, and adds headers to every other answer.
 */
record CrossOrigin(Cors cors) {

    /** The method of the request that a browser asks about; empty when this is no such question. */
    static Optional<String> asked(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        return exchange.getRequestMethod().equals("OPTIONS") && headers.containsKey("Origin")
                ? Optional.ofNullable(headers.getFirst("Access-Control-Request-Method"))
                : Optional.empty();
    }

    /** The headers that let the browser send the request it asks about; none for an origin that may not call. */
    void permit(HttpExchange exchange) {
        if (allow(exchange)) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Access-Control-Allow-Methods", String.join(",", cors.methods()));
            headers.set("Access-Control-Allow-Headers", String.join(",", cors.headers()));
            headers.set("Access-Control-Max-Age", String.valueOf(cors.maxAge()));
        }
    }

    /** The headers that let the page read the answer. */
    void expose(HttpExchange exchange) {
        if (allow(exchange)) {
            exchange.getResponseHeaders().set("Access-Control-Expose-Headers", String.join(",", cors.exposed()));
        }
    }

    private boolean allow(HttpExchange exchange) {
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin == null) {
            return false;
        }
        for (String allowed : cors.origins()) {
            if (allowed.equals("*") || allowed.equals(origin) || anyPort(allowed, origin)) {
                exchange.getResponseHeaders().set("Access-Control-Allow-Origin", allowed.equals("*") ? "*" : origin);
                return true;
            }
        }
        return false;
    }

    /** {@code http://localhost:*} is this machine's own: nobody knows the ports of all development servers. */
    private static boolean anyPort(String allowed, String origin) {
        return allowed.endsWith(":*")
                && origin.startsWith(allowed.substring(0, allowed.length() - 1))
                && origin.substring(allowed.length() - 1).matches("[0-9]{1,5}");
    }
}
