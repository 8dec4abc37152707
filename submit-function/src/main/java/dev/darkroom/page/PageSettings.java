package dev.darkroom.page;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings that the page needs. Everybody can read them, so none of them is a secret.
 *
 * @param json for the page itself
 * @param contentSecurityPolicy what a browser may load and run for the page, and which hosts it may call
 */
record PageSettings(String json, String contentSecurityPolicy) {

    /** As {@code SIGN_IN} and, with {@code cognito}, the user pool's settings say. */
    static PageSettings of(Environment environment) {
        String images = origin(environment, "IMAGES_ORIGIN");
        // The ranges of the API's functions, whose classes need libraries that are not in the page's zip.
        Json.Builder json = Json.object()
                .put("maxPromptLength", environment.integer("MAX_PROMPT_LENGTH", 32_000, 1, 64_000))
                .put("maxUploadBytes", environment.integer("MAX_UPLOAD_BYTES", 10_485_760, 1, 10_485_760));
        String signIn = environment.required("SIGN_IN");
        json.put("signIn", signIn);
        return switch (signIn) {
            case "name", "token" -> new PageSettings(json.build().text(), policy("'self'", images));
            case "cognito" -> {
                String cognito = origin(environment, "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER");
                json.put("cognitoEndpoint", cognito + "/").put("clientId", environment.required("USER_POOL_CLIENT_ID"));
                yield new PageSettings(json.build().text(), policy("'self'", images, cognito));
            }
            default -> throw new ConfigurationException("SIGN_IN", "must be name, token or cognito");
        };
    }

    private static String origin(Environment environment, String setting) {
        return environment.baseUrl(setting, null).toString();
    }

    /** Only the page's own files run, and text cannot become HTML: trusted types are required and none is allowed. */
    private static String policy(String... hosts) {
        String images = hosts[1];
        return Stream.of(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "img-src 'self' data: " + images,
                        "connect-src " + String.join(" ", hosts),
                        "base-uri 'none'",
                        "form-action 'none'",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'",
                        "trusted-types 'none'")
                .collect(Collectors.joining("; "));
    }
}
