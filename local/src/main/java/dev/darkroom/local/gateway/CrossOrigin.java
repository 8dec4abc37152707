package dev.darkroom.local.gateway;

import dev.darkroom.local.template.Template.Cors;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * API Gateway's answers to browsers with a page of another origin (developer guide, "Configure CORS for HTTP APIs"): it answers
 * preflight requests itself, without a token, and adds headers to every other answer.
 */
record CrossOrigin(Cors cors) {

    /** The method that a preflight request asks about; empty if it is not a preflight request. */
    static Optional<String> asked(Request request) {
        HttpFields headers = request.getHeaders();
        return request.getMethod().equals("OPTIONS") && headers.contains("Origin")
                ? Optional.ofNullable(headers.get("Access-Control-Request-Method"))
                : Optional.empty();
    }

    /** The headers that let the browser send the request it asks about; none for an origin that may not call. */
    void permit(Request request, Response response) {
        if (allow(request, response)) {
            HttpFields.Mutable headers = response.getHeaders();
            headers.put("Access-Control-Allow-Methods", String.join(",", cors.methods()));
            headers.put("Access-Control-Allow-Headers", String.join(",", cors.headers()));
            headers.put("Access-Control-Max-Age", String.valueOf(cors.maxAge()));
        }
    }

    /** The headers that let the page read the answer. */
    void expose(Request request, Response response) {
        if (allow(request, response)) {
            response.getHeaders().put("Access-Control-Expose-Headers", String.join(",", cors.exposed()));
        }
    }

    private boolean allow(Request request, Response response) {
        String origin = request.getHeaders().get("Origin");
        if (origin == null) {
            return false;
        }
        for (String allowed : cors.origins()) {
            if (allowed.equals("*") || allowed.equals(origin) || anyPort(allowed, origin)) {
                response.getHeaders().put("Access-Control-Allow-Origin", allowed.equals("*") ? "*" : origin);
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
