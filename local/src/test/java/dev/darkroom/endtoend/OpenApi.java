package dev.darkroom.endtoend;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.darkroom.json.Json;
import dev.darkroom.local.template.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** openapi.yaml with every reference replaced by its target. The document has no recursive references. */
record OpenApi(Json.Obj root) {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch", "head", "options");

    /** One method of one path. */
    record Operation(String id, String method, String path, Json.Obj declared) {

        Map<String, Json.Obj> responses() {
            return objects(child(declared, "responses"));
        }

        /** Returns the names of the parameters in the path, the query or the headers. */
        List<String> parameters(String in) {
            return declared.items("parameters").stream()
                    .map(Json.Obj.class::cast)
                    .filter(parameter -> in.equals(parameter.string("in")))
                    .map(parameter -> Objects.requireNonNull(parameter.string("name")))
                    .toList();
        }

        /** Returns the examples of the request body by name. */
        Map<String, Json> requestExamples() {
            Json.Obj body = declared.object("requestBody");
            return body == null ? Map.of() : examples(body);
        }
    }

    static OpenApi read() {
        Json.Obj root = Yaml.read(Path.of("..", "openapi.yaml"));
        return new OpenApi((Json.Obj) resolved(root, root));
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        objects(child(root, "paths"))
                .forEach((path, item) -> METHODS.stream()
                        .filter(method -> item.get(method) != null)
                        .forEach(method -> {
                            Json.Obj declared = child(item, method);
                            String id = Objects.requireNonNull(declared.string("operationId"), path);
                            operations.add(new Operation(id, method.toUpperCase(Locale.ROOT), path, declared));
                        }));
        return operations;
    }

    Operation operation(String id) {
        return operations().stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("openapi.yaml has no operation " + id));
    }

    /** Returns the callback that Darkroom sends to a client's own {@code callback_url}. */
    Json.Obj clientCallback() {
        return child(operation("submit").declared(), "callbacks", "taskEnded", "{$request.body#/callback_url}", "post");
    }

    static Json.Obj child(Json.Obj object, String... path) {
        Json.Obj at = object;
        for (String name : path) {
            Json.Obj next = at.object(name);
            if (next == null) {
                throw new AssertionError("openapi.yaml has no " + String.join("/", path));
            }
            at = next;
        }
        return at;
    }

    /** Returns the fields whose values are objects. */
    static Map<String, Json.Obj> objects(Json.Obj object) {
        Map<String, Json.Obj> objects = new LinkedHashMap<>();
        object.fields().forEach((name, value) -> {
            if (value instanceof Json.Obj field) {
                objects.put(name, field);
            }
        });
        return objects;
    }

    /** Returns the schema of a request's or a response's JSON. */
    static Json.Obj schema(Json.Obj requestOrResponse) {
        return child(requestOrResponse, "content", "application/json", "schema");
    }

    /** Returns the examples of a request's or a response's JSON by name. The name of a single example is empty. */
    static Map<String, Json> examples(Json.Obj requestOrResponse) {
        Json.Obj media = child(requestOrResponse, "content", "application/json");
        Map<String, Json> examples = new TreeMap<>();
        Json single = media.get("example");
        if (single != null) {
            examples.put("", single);
        }
        Json.Obj several = media.object("examples");
        if (several != null) {
            objects(several)
                    .forEach((name, example) -> examples.put(name, Objects.requireNonNull(example.get("value"), name)));
        }
        return examples;
    }

    /** Returns the schemas of a response's headers by lower-case name. */
    static Map<String, Json.Obj> headers(Json.Obj response) {
        Map<String, Json.Obj> headers = new TreeMap<>();
        Json.Obj declared = response.object("headers");
        if (declared != null) {
            objects(declared)
                    .forEach((name, header) -> headers.put(name.toLowerCase(Locale.ROOT), child(header, "schema")));
        }
        return headers;
    }

    /** Returns the ways in which a value breaks a schema, formats included. */
    static List<String> faults(Json.Obj schema, Json value) {
        Schema compiled = REGISTRY.getSchema(schema.text());
        return compiled
                .validate(
                        value.text(),
                        InputFormat.JSON,
                        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(fault -> fault.getInstanceLocation() + " " + fault.getMessage())
                .toList();
    }

    /**
     * Returns the schema with all objects closed, so that a field it does not name is a fault. Clients must accept new fields; the document
     * must name all of them.
     */
    static Json.Obj closed(Json.Obj schema) {
        return closed(schema, false);
    }

    /** @param part whether the schema is a part of an {@code allOf}, where only the whole can be closed */
    private static Json.Obj closed(Json.Obj schema, boolean part) {
        Map<String, Json> fields = new LinkedHashMap<>();
        schema.fields()
                .forEach((keyword, value) -> fields.put(
                        keyword,
                        switch (keyword) {
                            case "properties" -> eachField(value, property -> closedOrSame(property, false));
                            case "items" -> closedOrSame(value, false);
                            case "allOf" -> eachItem(value, one -> closedOrSame(one, true));
                            case "oneOf", "anyOf" -> eachItem(value, one -> closedOrSame(one, part));
                            default -> value;
                        }));
        boolean object = schema.get("properties") != null || schema.get("allOf") != null;
        if (object && !part && schema.get("additionalProperties") == null) {
            fields.put("unevaluatedProperties", Json.Bool.FALSE);
        }
        return new Json.Obj(fields);
    }

    private static Json closedOrSame(Json schema, boolean part) {
        return schema instanceof Json.Obj object ? closed(object, part) : schema;
    }

    /** Returns the fields that a schema names, by path, such as {@code data.files[].bytes}. */
    static Map<String, Json.Obj> fields(Json.Obj schema) {
        Map<String, Json.Obj> fields = new TreeMap<>();
        named(schema, "", fields);
        return fields;
    }

    private static void named(Json.Obj schema, String at, Map<String, Json.Obj> fields) {
        Json.Obj properties = schema.object("properties");
        if (properties != null) {
            objects(properties).forEach((name, property) -> {
                String path = at.isEmpty() ? name : at + "." + name;
                fields.put(path, property);
                named(property, path, fields);
            });
        }
        Json.Obj items = schema.object("items");
        if (items != null) {
            named(items, at + "[]", fields);
        }
        Stream.of("allOf", "oneOf", "anyOf")
                .flatMap(keyword -> schema.items(keyword).stream())
                .forEach(one -> named((Json.Obj) one, at, fields));
    }

    /** Returns the values in JSON documents by path, such as {@code data.files[].bytes}. Objects and arrays have no value. */
    static Map<String, Set<String>> values(Stream<Json> documents) {
        Map<String, Set<String>> values = new TreeMap<>();
        documents.forEach(document -> collect(document, "", values));
        return values;
    }

    private static void collect(Json value, String at, Map<String, Set<String>> values) {
        Set<String> here = at.isEmpty() ? new TreeSet<>() : values.computeIfAbsent(at, _ -> new TreeSet<>());
        switch (value) {
            case Json.Obj object ->
                object.fields().forEach((name, field) -> collect(field, at.isEmpty() ? name : at + "." + name, values));
            case Json.Arr(List<Json> items) ->
                items.stream()
                        .filter(Json.Obj.class::isInstance)
                        .map(Json.Obj.class::cast)
                        .forEach(item ->
                                item.fields().forEach((name, field) -> collect(field, at + "[]." + name, values)));
            case Json.Str(String text) -> here.add(text);
            case Json.Num number -> here.add(number.text());
            case Json.Bool bool -> here.add(bool.text());
            case Json.Null none -> here.add(none.text());
        }
    }

    private static Json resolved(Json.Obj root, Json value) {
        return switch (value) {
            case Json.Obj object when object.string("$ref") != null -> resolved(root, referred(root, object));
            case Json.Obj object -> eachField(object, field -> resolved(root, field));
            case Json.Arr array -> eachItem(array, item -> resolved(root, item));
            case Json.Str text -> text;
            case Json.Num number -> number;
            case Json.Bool bool -> bool;
            case Json.Null none -> none;
        };
    }

    private static Json referred(Json.Obj root, Json.Obj reference) {
        String[] path = Objects.requireNonNull(reference.string("$ref")).split("/", -1);
        return child(root, Stream.of(path).skip(1).toArray(String[]::new));
    }

    private static Json eachField(Json object, UnaryOperator<Json> change) {
        Map<String, Json> fields = new LinkedHashMap<>();
        ((Json.Obj) object).fields().forEach((name, value) -> fields.put(name, change.apply(value)));
        return new Json.Obj(fields);
    }

    private static Json eachItem(Json array, UnaryOperator<Json> change) {
        return Json.array(((Json.Arr) array).items().stream().map(change).toList());
    }
}
