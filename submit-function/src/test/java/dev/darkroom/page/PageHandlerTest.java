package dev.darkroom.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.log.Log;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls the Lambda entry point, with the page's own files. */
class PageHandlerTest {
    private static final Map<String, String> LOCAL = Map.of(
            "LAMBDA_TASK_ROOT",
            Path.of("..").toAbsolutePath().normalize().toString(),
            "SIGN_IN",
            "name",
            "IMAGES_ORIGIN",
            "https://bucket.s3.eu-central-1.amazonaws.com");

    private final PageHandler handler = handler(LOCAL);

    private static PageHandler handler(Map<String, String> settings) {
        return PageHandler.of(new Environment(settings), Log.toStandardOutput());
    }

    @SuppressWarnings("NullAway") // The handler does not use its context.
    private static Json.Obj get(PageHandler handler, Map<String, String> path, Map<String, String> headers)
            throws IOException, JsonException {
        Json.Obj http = Json.object().put("method", "GET").put("path", "/").build();
        Json.Obj event = Json.object()
                .put("version", "2.0")
                .put("headers", texts(headers))
                .put("pathParameters", texts(path))
                .put("requestContext", Json.object().put("http", http).build())
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(event.text().getBytes(StandardCharsets.UTF_8)), out, null);
        return (Json.Obj) Json.parse(out.toString(StandardCharsets.UTF_8));
    }

    private static Json.Obj texts(Map<String, String> texts) {
        Json.Builder object = Json.object();
        texts.forEach(object::put);
        return object.build();
    }

    private Json.Obj page() throws IOException, JsonException {
        return get(handler, Map.of(), Map.of());
    }

    private static String header(Json.Obj answer, String name) {
        return Objects.requireNonNull(
                Objects.requireNonNull(answer.object("headers")).string(name), name);
    }

    private static String body(Json.Obj answer) {
        return Objects.requireNonNull(answer.string("body"));
    }

    private static Json.Obj settings(String page) throws JsonException {
        Matcher settings = Pattern.compile("id=\"settings\">(.*?)</script>", Pattern.DOTALL)
                .matcher(page);
        assertThat(settings.find()).isTrue();
        return (Json.Obj) Json.parse(settings.group(1));
    }

    @Test
    void every_file_that_the_page_names_is_there_and_may_be_kept_for_ever() throws Exception {
        String page = body(page());
        assertThat(page).doesNotContain("{{");
        List<String> named = Pattern.compile("/page/([^/\"]+)/([^\"]+)")
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(named).hasSizeGreaterThan(20);
        for (String address : named) {
            String[] parts = address.split("/", -1);
            Json.Obj file = get(handler, Map.of("version", parts[2], "file", parts[3]), Map.of());
            assertThat(file.integer("statusCode")).as(address).isEqualTo(200);
            assertThat(header(file, "cache-control")).contains("immutable");
            assertThat(header(file, "x-content-type-options")).isEqualTo("nosniff");
            assertThat(body(file)).isEqualTo(Files.readString(Path.of("..", "page", parts[3])));
        }
    }

    @Test
    void every_module_is_loaded_with_the_page() throws Exception {
        String page = body(page());
        try (var files = Files.list(Path.of("..", "page"))) {
            for (Path file : files.toList()) {
                String name = Objects.requireNonNull(file.getFileName()).toString();
                if (name.endsWith(".js")) {
                    assertThat(page).contains("modulepreload\" href=\"/page/").contains("/" + name + "\"");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"missing.js", "index.html", "../template.yaml", "..", "''"})
    void other_files_than_the_pages_are_404(String name) throws Exception {
        String version = body(page()).replaceAll("(?s).*?/page/([^/]+)/.*", "$1");
        assertThat(get(handler, Map.of("version", version, "file", name), Map.of())
                        .integer("statusCode"))
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {".DS_Store", "._app.js", "app.js~", ".app.js.swp"})
    void editors_backup_files_are_not_part_of_the_page(String name, @TempDir Path page) throws Exception {
        Files.writeString(page.resolve("app.js"), "one()");
        PageFiles before = PageFiles.in(page);
        Files.write(page.resolve(name), new byte[] {(byte) 0xff});
        assertThat(PageFiles.in(page)).isEqualTo(before);
    }

    @Test
    void code_and_style_stay_below_a_hundred_kilobytes() {
        assertThat(PageFiles.in(Path.of("..", "page")).texts().entrySet().stream()
                        .filter(file ->
                                file.getKey().endsWith(".js") || file.getKey().endsWith(".css"))
                        .mapToInt(file -> file.getValue().getBytes(StandardCharsets.UTF_8).length)
                        .sum())
                .isLessThan(100_000);
    }

    @Test
    void another_versions_file_is_not_there(@TempDir Path root) throws Exception {
        Files.createDirectory(root.resolve("page"));
        Files.writeString(root.resolve("page").resolve("app.js"), "one()");
        Map<String, String> settings = new HashMap<>(LOCAL);
        settings.put("LAMBDA_TASK_ROOT", root.toString());
        PageHandler own = handler(settings);
        PageFiles before = PageFiles.in(root.resolve("page"));
        Map<String, String> address = Map.of("version", before.version(), "file", "app.js");
        assertThat(body(get(own, address, Map.of()))).isEqualTo("one()");

        Files.writeString(root.resolve("page").resolve("app.js"), "two()");
        Json.Obj answer = get(own, address, Map.of());
        assertThat(answer.integer("statusCode")).isEqualTo(404);
        assertThat(header(answer, "cache-control")).isEqualTo("no-store");
    }

    @Test
    void nothing_runs_but_the_pages_own_files() throws Exception {
        String policy = header(page(), "content-security-policy");
        assertThat(policy)
                .contains("default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'")
                .contains("img-src 'self' data: https://bucket.s3.eu-central-1.amazonaws.com;")
                .contains("connect-src 'self' https://bucket.s3.eu-central-1.amazonaws.com;")
                .contains("require-trusted-types-for 'script'")
                .doesNotContain("unsafe", "*");
    }

    @Test
    void with_a_user_pool_it_knows_where_to_sign_in() throws Exception {
        Map<String, String> settings = new HashMap<>(LOCAL);
        settings.put("SIGN_IN", "cognito");
        settings.put("USER_POOL_CLIENT_ID", "</script>");
        settings.put("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "https://cognito-idp.eu-central-1.amazonaws.com");
        Json.Obj answer = get(handler(settings), Map.of(), Map.of());
        assertThat(header(answer, "content-security-policy"))
                .containsPattern("connect-src [^;]* https://cognito-idp.eu-central-1.amazonaws.com;");
        Json.Obj known = settings(body(answer));
        assertThat(known.string("signIn")).isEqualTo("cognito");
        assertThat(known.string("clientId")).isEqualTo("</script>");
        assertThat(known.string("cognitoEndpoint")).isEqualTo("https://cognito-idp.eu-central-1.amazonaws.com/");
    }

    @Test
    void a_bad_setting_is_named() {
        Map<String, String> settings = new HashMap<>(LOCAL);
        settings.put("SIGN_IN", "magic");
        assertThatThrownBy(() -> handler(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("SIGN_IN");
    }
}
