package dev.darkroom.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@Isolated("It captures all that this JVM prints")
class TerminalTest {
    /** The output of the real sweep, which is created while standard output is a terminal, as the stack's functions are. */
    @Test
    void a_sweep_is_told_only_when_it_found_something() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        var before = System.out;
        System.setOut(new Terminal(said));
        try (LocalStack stack = LocalStack.start(Options.forTests())) {
            stack.sweepNow();
            assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();

            stack.dynamoDb()
                    .putItem(request -> request.tableName(stack.tasksTable())
                            .item(Map.of(
                                    "task_id", AttributeValue.fromS("task-gGSDhVt4LoRIfl4IxdGXkPEO"),
                                    "state", AttributeValue.fromS("accepted"),
                                    "due_shard", AttributeValue.fromN("3"),
                                    "due_at", AttributeValue.fromN("1"))));
            stack.sweepNow();
        } finally {
            System.setOut(before);
        }
        List<Json.Obj> lines = said.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> (Json.Obj) parsed(line))
                .toList();
        assertThat(lines).anySatisfy(line -> assertThat(line.string("event")).isEqualTo("swept"));
    }

    @Test
    void all_other_lines_are_printed() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        List<String> lines = List.of(
                "API: http://localhost:3000",
                "",
                "{\"level\":\"INFO\",\"event\":\"submit_accepted\",\"task_id\":\"swept\"}",
                "{\"event\":\"swept\",\"woken\":0,\"overtaken\":1}",
                "{\"event\":\"swept\",\"woken\":1,\"overtaken\":0}",
                "{\"event\":\"swept\"",
                "{\"event\":\"swept_in_part\",\"woken\":0,\"overtaken\":0}");
        try (Terminal terminal = new Terminal(said)) {
            lines.forEach(terminal::println);
        }
        assertThat(said.toString(StandardCharsets.UTF_8).lines()).containsExactlyElementsOf(lines);
    }

    private static Json parsed(String line) {
        try {
            return Json.parse(line);
        } catch (dev.darkroom.json.JsonException e) {
            throw new AssertionError(line, e);
        }
    }
}
