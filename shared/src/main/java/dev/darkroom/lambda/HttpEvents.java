package dev.darkroom.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * HTTP API events and answers, payload format 2.0 (API Gateway Developer Guide, "Lambda proxy integrations for HTTP APIs"). It
 * reads them field by field: the runtime's own binding by reflection adds several hundred milliseconds to a cold start.
 */
public final class HttpEvents {
    private HttpEvents() {}

    /**
     * The request. Header names are in lower case, as from the gateway; SAM's local gateway does not do this. Maps are never
     * null.
     *
     * @throws MalformedEventException when it is not an HTTP API event of format 2.0
     */
    public static APIGatewayV2HTTPEvent read(InputStream in) throws IOException {
        Json.Obj event = EventJson.read(in);
        Json.Obj context = event.object("requestContext");
        Json.Obj http = context == null ? null : context.object("http");
        if (!"2.0".equals(event.string("version")) || context == null || http == null) {
            throw new MalformedEventException("is not an HTTP API event of format 2.0");
        }
        APIGatewayV2HTTPEvent request = new APIGatewayV2HTTPEvent();
        request.setVersion(event.string("version"));
        request.setRouteKey(event.string("routeKey"));
        request.setRawPath(event.string("rawPath"));
        request.setRawQueryString(event.string("rawQueryString"));
        request.setHeaders(lowerCaseNames(EventJson.strings(event, "headers")));
        request.setQueryStringParameters(EventJson.strings(event, "queryStringParameters"));
        request.setPathParameters(EventJson.strings(event, "pathParameters"));
        request.setBody(event.string("body"));
        request.setIsBase64Encoded(event.get("isBase64Encoded") == Json.Bool.TRUE);
        request.setRequestContext(context(context, http));
        return request;
    }

    private static RequestContext context(Json.Obj context, Json.Obj http) {
        RequestContext.Http line = new RequestContext.Http();
        line.setMethod(http.string("method"));
        line.setPath(http.string("path"));
        line.setProtocol(http.string("protocol"));
        line.setSourceIp(http.string("sourceIp"));
        line.setUserAgent(http.string("userAgent"));
        RequestContext read = new RequestContext();
        read.setHttp(line);
        read.setRouteKey(context.string("routeKey"));
        read.setRequestId(context.string("requestId"));
        read.setStage(context.string("stage"));
        read.setTime(context.string("time"));
        Long epoch = context.integer("timeEpoch");
        read.setTimeEpoch(epoch == null ? 0 : epoch);
        read.setAuthorizer(authorizer(context.object("authorizer")));
        return read;
    }

    private static RequestContext.@Nullable Authorizer authorizer(Json.@Nullable Obj authorizer) {
        if (authorizer == null) {
            return null;
        }
        RequestContext.Authorizer read = new RequestContext.Authorizer();
        Json.Obj jwt = authorizer.object("jwt");
        if (jwt != null) {
            RequestContext.Authorizer.JWT token = new RequestContext.Authorizer.JWT();
            token.setClaims(EventJson.strings(jwt, "claims"));
            read.setJwt(token);
        }
        return read;
    }

    private static Map<String, String> lowerCaseNames(Map<String, String> headers) {
        Map<String, String> lower = new TreeMap<>();
        headers.forEach((name, value) -> lower.merge(name.toLowerCase(Locale.ROOT), value, (a, b) -> a + "," + b));
        return lower;
    }

    /** Writes the answer in the gateway's format. */
    public static void write(APIGatewayV2HTTPResponse answer, OutputStream out) throws IOException {
        Json.Builder headers = Json.object();
        if (answer.getHeaders() != null) {
            answer.getHeaders().forEach(headers::put);
        }
        Json.Builder json =
                Json.object().put("statusCode", answer.getStatusCode()).put("headers", headers.build());
        if (answer.getBody() != null) {
            json.put("body", answer.getBody());
        }
        EventJson.write(json.put("isBase64Encoded", answer.getIsBase64Encoded()).build(), out);
    }
}
