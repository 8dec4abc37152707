package dev.darkroom.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import dev.darkroom.local.apidot.Callback;
import dev.darkroom.local.template.Template;
import dev.darkroom.local.template.Template.EventSource.Route;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.testing.LocalStackExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that openapi.yaml and the running API agree: every answer is documented, and every documented answer occurs. */
class OpenApiAnswersTest {
    private static final OpenApi DOCUMENT = OpenApi.read();
    private static final Template TEMPLATE = TemplateReader.read(Path.of("..", "template.yaml"), Map.of(), Map.of());

    /** Headers of HTTP itself, or of every answer of the gateway. */
    private static final Set<String> OF_EVERY_ANSWER =
            Set.of("apigw-requestid", "connection", "content-length", "content-type", "date", "transfer-encoding");

    /** Headers that the gateway sets on its own answers. All others are set by our functions. */
    private static final Set<String> OF_THE_GATEWAY = Set.of("www-authenticate");

    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with(Options.forTests()
            .with("DAILY_CREDIT_LIMIT", Tour.CREDITS)
            .with("DAILY_UPLOAD_LIMIT", Tour.UPLOADS)
            .with("APIDOT_WEBHOOK_KEY", Reports.KEY)
            .with("FIRST_POLL_SECONDS", "1")
            .with("MAX_POLL_SECONDS", "1")
            .with("NOTIFY_SCHEDULE_SECONDS", "3600")
            .withSweepEvery(Duration.ofSeconds(1)));

    private static LocalStack stack;
    private static List<Said> said;
    private static List<Json> sentExamples;

    @BeforeAll
    static void tour(LocalStack started) throws Exception {
        stack = started;
        Tour tour = new Tour(stack, DOCUMENT);
        said = tour.all(TEMPLATE);
        sentExamples = new ArrayList<>();
        for (OpenApi.Operation operation : DOCUMENT.operations()) {
            for (Json example : operation.requestExamples().values()) {
                sentExamples.add(tour.sent(example));
            }
        }
    }

    private static Json.Obj response(Said answer) {
        return OpenApi.child(
                DOCUMENT.operation(answer.operation()).declared(), "responses", Integer.toString(answer.status()));
    }

    private static Stream<Said> said(String operation, int status) {
        return said.stream().filter(answer -> answer.operation().equals(operation) && answer.status() == status);
    }

    @Test
    void its_routes_are_those_of_the_template() {
        Set<String> documented = DOCUMENT.operations().stream()
                .map(operation -> operation.method() + " " + operation.path()
                        + (operation.declared().get("security") == null ? " for users" : ""))
                .collect(Collectors.toSet());
        Set<String> deployed = TEMPLATE.functions().stream()
                // The page's HTML, CSS and JavaScript are not part of the documented API.
                .filter(function -> !function.id().equals("PageFunction"))
                .flatMap(function -> function.events(Route.class))
                .map(route -> route.key() + (route.authorized() ? " for users" : ""))
                .collect(Collectors.toSet());
        assertThat(documented).isEqualTo(deployed);
    }

    @Test
    void its_parameters_are_those_that_the_api_reads() {
        DOCUMENT.operations()
                .forEach(operation -> assertThat(operation.parameters("path"))
                        .as(operation.path())
                        .containsExactlyElementsOf(Pattern.compile("(?<=\\{)[^}]*")
                                .matcher(operation.path())
                                .results()
                                .map(MatchResult::group)
                                .toList()));
        // A faulty parameter is refused by its own name, an unknown one as "query".
        Set<String> ofAList = new HashSet<>(DOCUMENT.operation("listTasks").parameters("query"));
        ofAList.add("query");
        assertThat(fieldsAtFault("listTasks")).isEqualTo(ofAList);
        assertThat(fieldsAtFault("submit"))
                .containsAll(DOCUMENT.operation("submit").parameters("header"));
        // A report without these headers gets 404. Every report of the tour has them and is accepted.
        assertThat(DOCUMENT.operation("apidotCallback").parameters("header"))
                .containsExactly(Reports.TIMESTAMP_HEADER, Reports.SIGNATURE_HEADER);
    }

    private static Set<String> fieldsAtFault(String operation) {
        return OpenApi.values(said(operation, 400).map(Said::body)).getOrDefault("error.details[].field", Set.of());
    }

    @Test
    void every_promised_answer_is_given_and_no_other() {
        Set<Promise> given = said.stream().map(answer -> Promise.kept(answer)).collect(Collectors.toSet());
        Set<Promise> expected = Promise.of(DOCUMENT).stream()
                .filter(promise -> !promise.isOutOfReach())
                .collect(Collectors.toSet());
        assertThat(given).isEqualTo(expected);
    }

    @Test
    void every_answer_is_as_its_schema_says() {
        assertThat(said)
                .allSatisfy(answer -> assertThat(
                                OpenApi.faults(OpenApi.closed(OpenApi.schema(response(answer))), answer.body()))
                        .isEmpty());
    }

    @Test
    void every_answer_has_the_documented_headers_and_no_other() {
        assertThat(said).allSatisfy(answer -> {
            Map<String, Json.Obj> documented = OpenApi.headers(response(answer));
            Set<String> expected = documented.keySet().stream()
                    .filter(name -> OF_THE_GATEWAY.contains(name) == answer.byGateway())
                    // A conflict has no time to wait for.
                    .filter(name -> !(name.equals("retry-after") && answer.isConflict()))
                    .collect(Collectors.toSet());
            Set<String> actual = new TreeSet<>(answer.headers().keySet());
            actual.removeAll(OF_EVERY_ANSWER);
            assertThat(actual).isEqualTo(expected);
            assertThat(answer.headers()).containsEntry("content-type", "application/json");
            documented.forEach((name, schema) -> {
                String value = answer.headers().get(name);
                if (value != null) {
                    Json typed =
                            "integer".equals(schema.string("type")) ? Json.of(Long.parseLong(value)) : Json.of(value);
                    assertThat(OpenApi.faults(schema, typed)).isEmpty();
                }
            });
        });
    }

    @Test
    void every_documented_field_is_answered() {
        for (OpenApi.Operation operation : DOCUMENT.operations()) {
            assertThat(OpenApi.values(said(operation.id(), 200).map(Said::body)).keySet())
                    .as(operation.id())
                    .isEqualTo(OpenApi.fields(OpenApi.schema(OpenApi.child(operation.declared(), "responses", "200")))
                            .keySet());
        }
        Set<String> ofRefusals = new TreeSet<>();
        DOCUMENT.operations()
                .forEach(operation -> operation.responses().forEach((status, response) -> {
                    if (!status.equals("200")) {
                        ofRefusals.addAll(
                                OpenApi.fields(OpenApi.schema(response)).keySet());
                    }
                }));
        assertThat(OpenApi.values(said.stream()
                                .filter(answer -> answer.status() != 200)
                                .map(Said::body))
                        .keySet())
                .isEqualTo(ofRefusals);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status 200 data.status",
                "status 200 data.callback.status",
                "status 200 data.files[].content_type",
                "createUpload 200 data.put.headers.Content-Type",
                "quote 200 data.resolution",
                "submit 400 error.type"
            })
    void every_documented_word_is_said(String place) {
        String[] parts = place.split(" ", -1);
        Json.Obj response = OpenApi.child(DOCUMENT.operation(parts[0]).declared(), "responses", parts[1]);
        Json.Obj field =
                Objects.requireNonNull(OpenApi.fields(OpenApi.schema(response)).get(parts[2]), place);
        Set<String> documented =
                field.items("enum").stream().map(OpenApiAnswersTest::word).collect(Collectors.toSet());
        boolean anywhere = parts[2].startsWith("error.");
        Stream<Json> bodies = said.stream()
                .filter(answer -> anywhere || answer.operation().equals(parts[0]))
                .map(Said::body);
        assertThat(OpenApi.values(bodies).get(parts[2])).isEqualTo(documented);
    }

    private static String word(Json value) {
        return value instanceof Json.Str(String text) ? text : value.text();
    }

    @Test
    void every_type_of_error_is_met_with_its_status() {
        Set<String> met = said.stream()
                .filter(answer -> answer.body().object("error") != null)
                .map(answer -> answer.status() + " "
                        + OpenApi.child(answer.body(), "error").string("type"))
                .collect(Collectors.toSet());
        assertThat(met)
                .isEqualTo(Arrays.stream(ApiError.Type.values())
                        .map(type -> type.status() + " " + type.text())
                        .collect(Collectors.toSet()));
    }

    @Test
    void every_example_of_a_request_is_taken() {
        assertThat(sentExamples)
                .isNotEmpty()
                .allSatisfy(example -> assertThat(said)
                        .filteredOn(answer -> answer.request().equals(example.text()))
                        .isNotEmpty()
                        .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200)));
    }

    @Test
    void every_example_of_an_answer_was_given_or_could_be() {
        DOCUMENT.operations()
                .forEach(operation -> operation.responses().forEach((status, response) -> {
                    Map<String, Json> examples = OpenApi.examples(response);
                    Json.Obj schema = OpenApi.closed(OpenApi.schema(response));
                    assertThat(examples).as(operation.id() + " " + status).isNotEmpty();
                    assertThat(examples.values())
                            .allSatisfy(example ->
                                    assertThat(OpenApi.faults(schema, example)).isEmpty());
                    // An answer that names no task and no upload is the same each time.
                    assertThat(examples.values())
                            .filteredOn(example -> !example.text().contains("task_id")
                                    && !example.text().contains("upload_id")
                                    && !example.text().contains("Too Many Requests"))
                            .allSatisfy(example -> assertThat(said)
                                    .anyMatch(answer -> answer.status() == Integer.parseInt(status)
                                            && answer.body().equals(example)));
                }));
    }

    @Test
    void a_clients_callback_is_as_documented() {
        Json.Obj documented = DOCUMENT.clientCallback();
        Json.Obj request = OpenApi.child(documented, "requestBody");
        Json.Obj schema = OpenApi.closed(OpenApi.schema(request));
        List<Callback> callbacks = Stream.of("told", "gone", "busy")
                .flatMap(name -> stack.apiDot().receiver().callbacks(name).stream())
                .toList();

        assertThat(callbacks).hasSizeGreaterThanOrEqualTo(5).allSatisfy(callback -> {
            assertThat(OpenApi.faults(schema, callback.json())).isEmpty();
            assertThat(callback.signature()).isEqualTo(Callback.Signature.VALID);
            assertThat(callback.headers().get("content-type")).startsWith("application/json");
            Set<String> names = new TreeSet<>();
            documented.items("parameters").stream().map(Json.Obj.class::cast).forEach(parameter -> {
                String name = String.valueOf(parameter.string("name"));
                names.add(name);
                assertThat(OpenApi.faults(
                                OpenApi.child(parameter, "schema"),
                                Json.of(callback.headers().get(name))))
                        .isEmpty();
            });
            assertThat(callback.headers().keySet())
                    .filteredOn(name -> name.startsWith("webhook-"))
                    .containsExactlyInAnyOrderElementsOf(names);
        });
        assertThat(OpenApi.values(callbacks.stream().map(Callback::json)).keySet())
                .isEqualTo(OpenApi.fields(schema).keySet());
        assertThat(OpenApi.examples(request).values())
                .isNotEmpty()
                .allSatisfy(
                        example -> assertThat(OpenApi.faults(schema, example)).isEmpty());
    }

    @Test
    void what_a_quote_takes_is_what_the_schema_allows() {
        Json.Obj schema =
                OpenApi.schema(OpenApi.child(DOCUMENT.operation("quote").declared(), "requestBody"));
        assertThat(said("quote", 200).filter(answer -> !answer.request().contains("http://")))
                .hasSizeGreaterThan(9)
                .allSatisfy(answer -> assertThat(OpenApi.faults(schema, Json.parse(answer.request())))
                        .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{'input':{'prompt':'x'}}",
                "{'model':'gpt-image-3','input':{'prompt':'x'}}",
                "{'model':'gpt-image-2'}",
                "{'model':'gpt-image-2','input':{}}",
                "{'model':'gpt-image-2','input':{'prompt':''}}",
                "{'model':'gpt-image-2','input':{'prompt':null}}",
                "{'model':'gpt-image-2','input':{'prompt':'x','n':1}}",
                "{'model':'gpt-image-2','input':{'prompt':'x','quality':'auto'}}",
                "{'model':'gpt-image-2','input':{'prompt':'x','size':'5x5'}}",
                "{'model':'gpt-image-2','input':{'prompt':'x','resolution':'8K'}}",
                "{'model':'gpt-image-2','input':{'prompt':'x','image_urls':['https://example.com/a.png']}}",
                "{'model':'gpt-image-2-edit','input':{'prompt':'x'}}",
                "{'model':'gpt-image-2-edit','input':{'prompt':'x','image_urls':[]}}",
                "{'model':'gpt-image-2-edit','input':{'prompt':'x','image_urls':['ftp://example.com/a.png']}}",
                "{'model':'gpt-image-2','callback_url':'http://example.com/','input':{'prompt':'x'}}",
                "{'model':'gpt-image-2','input':{'prompt':'x'},'seed':1}"
            })
    void what_the_schema_refuses_is_refused(String text) throws Exception {
        String body = text.replace('\'', '"');
        Json.Obj schema =
                OpenApi.schema(OpenApi.child(DOCUMENT.operation("quote").declared(), "requestBody"));
        assertThat(OpenApi.faults(schema, Json.parse(body))).isNotEmpty();
        assertThat(new Asking(stack.apiUrl(), DOCUMENT)
                        .as("alice", "quote", "", body)
                        .status())
                .isEqualTo(400);
    }
}
