package dev.darkroom.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The commands of docs/operate.md, taken from the page: a shell reads them, and what it hands to {@code aws} goes to a local stack. */
final class OperatorsPage {
    private static final Path PAGE = Path.of("..", "docs", "operate.md");

    private OperatorsPage() {}

    /** "Sending a callback again"; throws what DynamoDB answers. */
    static void sendAgain(LocalStack stack, String task) throws Exception {
        List<String> words =
                words(command("aws dynamodb update-item"), Map.of("TASKS_TABLE", stack.tasksTable(), "TASK_ID", task));
        assertThat(words.subList(0, 2)).containsExactly("dynamodb", "update-item");
        Map<String, String> options = new HashMap<>();
        for (int i = 2; i < words.size(); i += 2) {
            options.put(words.get(i), words.get(i + 1));
        }
        Map<String, String> names = new HashMap<>();
        json(options, "--expression-attribute-names")
                .fields()
                .forEach((name, value) -> names.put(name, ((Json.Str) value).value()));
        stack.dynamoDb()
                .updateItem(request -> request.tableName(options.get("--table-name"))
                        .key(attributes(json(options, "--key")))
                        .updateExpression(options.get("--update-expression"))
                        .conditionExpression(options.get("--condition-expression"))
                        .expressionAttributeNames(names)
                        .expressionAttributeValues(attributes(json(options, "--expression-attribute-values"))));
    }

    private static String command(String start) throws Exception {
        String page = Files.readString(PAGE);
        String command = page.substring(page.indexOf(start));
        return command.substring(0, command.indexOf("\n```"));
    }

    /** What the program gets as its arguments. */
    private static List<String> words(String command, Map<String, String> variables) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", "aws() { printf '%s\\0' \"$@\"; }; " + command)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        shell.environment().putAll(variables);
        Process run = shell.start();
        String words = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor()).isZero();
        return List.of(words.split("\0", 0));
    }

    private static Json.Obj json(Map<String, String> options, String name) {
        try {
            return (Json.Obj) Json.parse(Objects.requireNonNull(options.get(name), name));
        } catch (dev.darkroom.json.JsonException e) {
            throw new AssertionError(name, e);
        }
    }

    private static Map<String, AttributeValue> attributes(Json.Obj typed) {
        Map<String, AttributeValue> values = new HashMap<>();
        typed.fields().forEach((name, value) -> {
            Json.Obj attribute = (Json.Obj) value;
            String text = attribute.string("S");
            values.put(
                    name,
                    text == null
                            ? AttributeValue.fromN(Objects.requireNonNull(attribute.string("N")))
                            : AttributeValue.fromS(text));
        });
        return values;
    }
}
