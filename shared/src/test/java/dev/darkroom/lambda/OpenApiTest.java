package dev.darkroom.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.request.Model;
import dev.darkroom.request.Parsed;
import dev.darkroom.request.Quality;
import dev.darkroom.request.RequestParser;
import dev.darkroom.request.Resolution;
import dev.darkroom.request.Size;
import dev.darkroom.task.Word;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Checks that openapi.yaml and the code agree about requests. */
class OpenApiTest {
    private final Node root = root();

    @Test
    void it_lists_exactly_the_error_types_of_the_code() {
        assertThat(texts(at(
                        root, "components", "schemas", "Error", "properties", "error", "properties", "type", "enum")))
                .containsExactlyElementsOf(Arrays.stream(ApiError.Type.values())
                        .map(ApiError.Type::text)
                        .toList());
    }

    @Test
    void every_example_of_an_error_has_the_status_and_type_it_stands_under() {
        Node forbidden = at(root, "paths", "/callbacks/apidot/{task_id}/{signature}", "post", "responses", "403");
        Stream<Node> responses = Stream.concat(children(at(root, "components", "responses")), Stream.of(forbidden));
        List<Node> errors = responses
                .flatMap(response -> {
                    Node json = at(response, "content", "application/json");
                    return find(json, "example")
                            ? Stream.of(at(json, "example"))
                            : children(at(json, "examples")).map(example -> at(example, "value"));
                })
                .filter(example -> find(example, "code"))
                .toList();

        assertThat(errors)
                .extracting(error -> text(at(error, "error", "type")))
                .containsAll(Stream.of(ApiError.Type.values())
                        .map(ApiError.Type::text)
                        .toList());
        assertThat(errors)
                .allSatisfy(error -> assertThat(ApiError.Type.values())
                        .anyMatch(type -> type.text().equals(text(at(error, "error", "type")))
                                && Integer.toString(type.status()).equals(text(at(error, "code")))));
    }

    @Test
    void it_lists_exactly_the_words_that_a_request_may_use() {
        Node input = at(root, "components", "schemas", "Input", "properties");

        assertThat(texts(at(root, "components", "schemas", "Model", "enum"))).isEqualTo(words(Model.values()));
        assertThat(texts(at(input, "quality", "enum"))).isEqualTo(words(Quality.values()));
        assertThat(texts(at(input, "resolution", "enum"))).isEqualTo(words(Resolution.values()));
        Node sizes = ((SequenceNode) at(input, "size", "anyOf")).getValue().getFirst();
        assertThat(texts(at(sizes, "enum"))).isEqualTo(words(Size.Named.values()));
    }

    @Test
    void its_example_requests_are_valid() {
        RequestParser parser = RequestParser.of(new Environment(Map.of()));
        List<Node> examples = children(at(
                        root, "components", "requestBodies", "ImageRequest", "content", "application/json", "examples"))
                .toList();

        assertThat(examples)
                .hasSize(3)
                .allSatisfy(example -> assertThat(
                                parser.parse(json(at(example, "value")).text()))
                        .isInstanceOf(Parsed.Valid.class));
    }

    private static Node root() {
        try {
            return new Yaml().compose(Files.newBufferedReader(Path.of("..", "openapi.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean find(Node node, String name) {
        return ((MappingNode) node)
                .getValue().stream().anyMatch(field -> text(field.getKeyNode()).equals(name));
    }

    private static Node at(Node node, String... path) {
        Node at = node;
        for (String name : path) {
            at = ((MappingNode) at)
                    .getValue().stream()
                            .filter(field -> text(field.getKeyNode()).equals(name))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("openapi.yaml has no " + String.join("/", path)))
                            .getValueNode();
        }
        return at;
    }

    private static Stream<Node> children(Node node) {
        return ((MappingNode) node).getValue().stream().map(field -> field.getValueNode());
    }

    private static String text(Node node) {
        return ((ScalarNode) node).getValue();
    }

    private static List<String> texts(Node node) {
        return ((SequenceNode) node).getValue().stream().map(OpenApiTest::text).toList();
    }

    private static List<String> words(Word[] words) {
        return Arrays.stream(words).map(Word::text).toList();
    }

    /** Handles strings, lists and objects only: requests contain nothing else. */
    private static Json json(Node node) {
        if (node.getNodeId() == NodeId.mapping) {
            Json.Builder object = Json.object();
            ((MappingNode) node)
                    .getValue()
                    .forEach(field -> object.put(text(field.getKeyNode()), json(field.getValueNode())));
            return object.build();
        }
        return node.getNodeId() == NodeId.sequence
                ? Json.array(((SequenceNode) node)
                        .getValue().stream().map(OpenApiTest::json).toList())
                : Json.of(text(node));
    }
}
