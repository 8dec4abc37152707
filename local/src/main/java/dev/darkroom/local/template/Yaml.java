package dev.darkroom.local.template;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** CloudFormation's YAML as JSON: {@code !Ref x} becomes {@code {"Ref": "x"}}, {@code !Sub x} {@code {"Fn::Sub": "x"}}. */
public final class Yaml {
    private Yaml() {}

    public static Json.Obj read(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            Node root = new org.yaml.snakeyaml.Yaml(options).compose(reader);
            if (root != null && json(root) instanceof Json.Obj object) {
                return object;
            }
            throw new TemplateException("the file", "is no mapping");
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new TemplateException("line " + line, "is no YAML: " + e.getProblem());
        } catch (IOException e) {
            throw new TemplateException("the file", "cannot be read");
        }
    }

    private static Json json(Node node) {
        Json plain = switch (node) {
            case MappingNode mapping -> object(mapping);
            case SequenceNode sequence ->
                Json.array(sequence.getValue().stream().map(Yaml::json).toList());
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new TemplateException(line(node), "is a kind of YAML that is not understood");
        };
        String tag = node.getTag().getValue();
        if (!tag.startsWith("!")) {
            return plain;
        }
        String name = tag.substring(1);
        Json argument = plain;
        if (name.equals("GetAtt") && plain instanceof Json.Str(String text)) {
            int dot = text.indexOf('.');
            if (dot < 0) {
                throw new TemplateException(line(node), "has a !GetAtt without an attribute");
            }
            argument = Json.array(List.of(Json.of(text.substring(0, dot)), Json.of(text.substring(dot + 1))));
        }
        return Json.object()
                .put(name.equals("Ref") ? name : "Fn::" + name, argument)
                .build();
    }

    private static Json object(MappingNode mapping) {
        Map<String, Json> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new TemplateException(line(tuple.getKeyNode()), "has a key that is no text");
            }
            if (fields.put(key.getValue(), json(tuple.getValueNode())) != null) {
                throw new TemplateException(line(key), "repeats the key " + key.getValue());
            }
        }
        return new Json.Obj(fields);
    }

    private static Json scalar(ScalarNode scalar) {
        String value = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.BOOL)) {
            return Json.of(value.equalsIgnoreCase("true") || value.equalsIgnoreCase("yes"));
        }
        if (tag.equals(Tag.INT)) {
            return new Json.Num(new BigDecimal(value));
        }
        return tag.equals(Tag.NULL) ? Json.Null.NULL : Json.of(value);
    }

    private static String line(Node node) {
        return "line " + (node.getStartMark().getLine() + 1);
    }
}
