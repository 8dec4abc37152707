package dev.darkroom.lambda;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Events for tests, as in Lambda's documentation. */
final class Events {
    /** API Gateway Developer Guide, "Lambda proxy integrations for HTTP APIs", format 2.0. */
    static final String HTTP = """
        {
          "version": "2.0",
          "routeKey": "GET /api/generate/status/{task_id}",
          "rawPath": "/api/generate/status/task-1",
          "rawQueryString": "a=b&a=c&empty=",
          "cookies": ["cookie1", "cookie2"],
          "headers": {"content-type": "application/json", "X-Custom": "one,two", "Authorization": "Bearer alice"},
          "queryStringParameters": {"a": "b,c", "empty": ""},
          "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "authorizer": {"jwt": {"claims": {"iss": "https://issuer.example.com", "sub": "user-1"}, "scopes": null}},
            "domainName": "id.execute-api.us-east-1.amazonaws.com",
            "http": {
              "method": "GET",
              "path": "/api/generate/status/task-1",
              "protocol": "HTTP/1.1",
              "sourceIp": "192.0.2.1",
              "userAgent": "agent"
            },
            "requestId": "id",
            "routeKey": "GET /api/generate/status/{task_id}",
            "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1583348638390
          },
          "body": "{\\"a\\":\\"\\ud83d\\udeaa\\"}",
          "pathParameters": {"task_id": "task-1"},
          "isBase64Encoded": false,
          "stageVariables": {"stageVariable1": "value1"}
        }
        """;

    private Events() {}

    static HttpRequest read(String json) {
        try {
            return HttpRequest.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
