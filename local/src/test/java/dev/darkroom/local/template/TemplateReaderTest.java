package dev.darkroom.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.function.Outcome;
import dev.darkroom.local.template.Template.EventSource.Route;
import dev.darkroom.local.template.Template.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateReaderTest {
    private static final Path REAL = Path.of("..", "template.yaml");
    private static final Path FIXTURE = Path.of("src", "test", "resources", "stack.yaml");

    private static Template real() {
        return TemplateReader.read(REAL, Map.of(), Map.of("TasksTable", "tasks", "ImagesBucket", "images"));
    }

    private static Function function(String id) {
        return real().functions().stream()
                .filter(function -> function.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void only_webhooks_and_the_page_need_no_token() {
        assertThat(real().functions().stream()
                        .flatMap(function -> function.events(Route.class))
                        .filter(route -> !route.authorized())
                        .map(Route::key))
                .containsExactlyInAnyOrder(
                        "POST /callbacks/apidot/{task_id}/{signature}", "GET /", "GET /page/{version}/{file}");
    }

    /** The function chooses its operation by the request's route key, and would answer an unknown key with 503. */
    @Test
    void the_tasks_function_knows_each_of_its_routes() throws Exception {
        Function tasks = function("TasksFunction");
        LocalFunction handler = LocalFunction.of(
                tasks,
                new Environment(
                        Map.of("TASKS_TABLE", "tasks", "IMAGES_BUCKET", "images", "AWS_REGION", "eu-central-1")));
        List<Route> routes = tasks.events(Route.class).toList();
        assertThat(routes).isNotEmpty();
        for (Route route : routes) {
            Json event = Json.parse("""
                {"version":"2.0","routeKey":"%s","requestContext":{"http":{"method":"%s"}}}\
                """.formatted(route.key(), route.method()));
            Outcome outcome = handler.invoke(event);
            assertThat(outcome).as(route.key()).isInstanceOf(Outcome.Answered.class);
            Json.Obj answer = (Json.Obj) Json.parse(((Outcome.Answered) outcome).output());
            assertThat(answer.integer("statusCode"))
                    .as(route.key() + " without a user")
                    .isEqualTo(401);
        }
    }

    @Test
    void parameters_reach_the_environment() {
        Template template = TemplateReader.read(
                REAL, Map.of("CallbackBaseUrl", "https://hooks.example.com", "DailyCreditLimit", "7"), Map.of());
        Map<String, String> submit = template.functions().stream()
                .filter(function -> function.id().equals("SubmitFunction"))
                .findFirst()
                .orElseThrow()
                .environment();
        assertThat(submit)
                .containsEntry("CALLBACK_BASE_URL", "https://hooks.example.com")
                .containsEntry("DAILY_CREDIT_LIMIT", "7")
                .containsEntry("MAX_PROMPT_LENGTH", "32000")
                .containsEntry("AWS_ENDPOINT_URL_DYNAMODB", "https://dynamodb.us-east-1.amazonaws.com");
        assertThat(function("SubmitFunction").environment().get("CALLBACK_BASE_URL"))
                .isEqualTo("https://CallbackApi.execute-api.us-east-1.amazonaws.com");
        assertThat(function("CallbackFunction").environment().get("APIDOT_WEBHOOK_KEY"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        Ref TasksTable, NAME              | Ref Tisch, NAME        | EchoFunction refers to Tisch, which the template
        table ${TasksTable}               | table ${Tisch}         | EchoFunction refers to Tisch, which the template
        '{"dynamodb": {"NewImage"         | 'dynamodb: {"NewImage" | filter pattern that is no JSON object
        Path: "/things/{thing}"           | Path: /slow            | repeats the route GET /slow
        Handler: dev.darkroom.local.fixture.EchoHandler | Timeout: 5 | EchoFunction has no Handler
        TasksTable.StreamArn              | ImagesBucket.Arn       | reads the stream of no table: ImagesBucket
        Type: Schedule                    | Type: Alexa            | of a Type that the local stack cannot run
        BatchSize: 10                     | BatchSize: ten         | has a BatchSize that is no whole number
        Name: prefix                      | Name: suffix           | EchoFunction event Created is not for new objects under one prefix
        ExposedHeaders: [ETag]}           | ExposedHeaders: [ETag]}, {} | ImagesBucket has more than one CORS rule
        Timeout: 1                        | Timeout: !ImportValue x | uses Fn::ImportValue
        AttributeName: task_id, KeyType   | AttributeName: id, KeyType | does not define the key attribute id
        Resources:                        | Resources: [           | is no YAML
        """)
    void a_mistake_is_told_in_one_line(String right, String wrong, String told, @TempDir Path folder)
            throws IOException {
        String text = Files.readString(FIXTURE);
        assertThat(text).contains(right);
        Path file = Files.writeString(folder.resolve("template.yaml"), text.replace(right, wrong));
        assertThatThrownBy(() -> TemplateReader.read(file, Map.of(), Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith("template.yaml: ")
                .hasMessageContaining(told)
                .hasMessageNotContaining("\n");
    }
}
