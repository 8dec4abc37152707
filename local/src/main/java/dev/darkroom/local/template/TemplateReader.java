package dev.darkroom.local.template;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.template.Template.Bucket;
import dev.darkroom.local.template.Template.Cors;
import dev.darkroom.local.template.Template.EventSource;
import dev.darkroom.local.template.Template.EventSource.NewObjects;
import dev.darkroom.local.template.Template.EventSource.Route;
import dev.darkroom.local.template.Template.EventSource.Schedule;
import dev.darkroom.local.template.Template.EventSource.TableStream;
import dev.darkroom.local.template.Template.Function;
import dev.darkroom.local.template.Template.Index;
import dev.darkroom.local.template.Template.KeyPart;
import dev.darkroom.local.template.Template.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads template.yaml. A mistake that would keep the system from running is a {@link TemplateException}. */
public final class TemplateReader {
    private static final String REGION = "us-east-1";

    private final Json.Obj resources;
    private final Json.Obj globals;
    private final Intrinsics intrinsics;

    private TemplateReader(Json.Obj resources, Json.Obj globals, Intrinsics intrinsics) {
        this.resources = resources;
        this.globals = globals;
        this.intrinsics = intrinsics;
    }

    /**
     * Reads the template.
     *
     * @param parameters values of parameters; the others have their defaults, or their own names if there is no default
     * @param names of tables and buckets on this machine, by logical id
     */
    public static Template read(Path file, Map<String, String> parameters, Map<String, String> names) {
        Json.Obj root = Yaml.read(file);
        Json.Obj resources = section(root, "Resources");
        Map<String, Json> values = new HashMap<>(Map.of(
                "AWS::Region", Json.of(REGION),
                "AWS::AccountId", Json.of("000000000000"),
                "AWS::Partition", Json.of("aws"),
                "AWS::URLSuffix", Json.of("amazonaws.com"),
                "AWS::StackName", Json.of("darkroom"),
                "AWS::StackId", Json.of("local")));
        section(root, "Parameters").fields().forEach((name, declared) -> {
            Json otherwise = declared instanceof Json.Obj object ? object.get("Default") : null;
            String given = parameters.get(name);
            values.put(name, given != null ? Json.of(given) : otherwise != null ? otherwise : Json.of(name));
        });
        Map<String, String> resourceNames = new HashMap<>();
        resources.fields().keySet().forEach(id -> resourceNames.put(id, names.getOrDefault(id, id)));
        Intrinsics intrinsics =
                new Intrinsics(values, resourceNames, section(root, "Conditions"), section(root, "Mappings"));
        Json.Obj globals = section(section(root, "Globals"), "Function");
        return new TemplateReader(resources, globals, intrinsics).template();
    }

    private Template template() {
        List<Function> functions = new ArrayList<>();
        List<Table> tables = new ArrayList<>();
        List<Bucket> buckets = new ArrayList<>();
        Map<String, Cors> cors = new HashMap<>();
        resources.fields().forEach((id, resource) -> {
            if (!(resource instanceof Json.Obj declared) || declared.string("Type") == null) {
                throw new TemplateException(id, "has no Type");
            }
            Json.Obj properties = resolved(id, section(declared, "Properties"));
            switch (declared.string("Type")) {
                case "AWS::Serverless::Function" -> functions.add(function(id, properties));
                case "AWS::DynamoDB::Table" -> tables.add(table(id, properties));
                case "AWS::S3::Bucket" -> buckets.add(new Bucket(id, name(id), cors(id, properties)));
                case "AWS::Serverless::HttpApi" -> {
                    Json.Obj declaredCors = properties.object("CorsConfiguration");
                    if (declaredCors != null) {
                        cors.put(
                                id,
                                new Cors(
                                        texts(id, declaredCors, "AllowOrigins"),
                                        texts(id, declaredCors, "AllowMethods"),
                                        texts(id, declaredCors, "AllowHeaders"),
                                        texts(id, declaredCors, "ExposeHeaders"),
                                        integer(id, declaredCors, "MaxAge", 0)));
                    }
                }
                case null, default -> {
                    // Roles, logs and alarms do not run here.
                }
            }
        });
        Template template = new Template(functions, tables, buckets, cors);
        check(template);
        return template;
    }

    private static void check(Template template) {
        Set<String> routes = new HashSet<>();
        for (Function function : template.functions()) {
            function.events(Route.class).forEach(route -> {
                // Both APIs share a port here, and a parameter's name does not tell routes apart.
                if (!routes.add(route.method() + " " + route.path().replaceAll("\\{[^}]*}", "{}"))) {
                    throw new TemplateException(function.id(), "repeats the route " + route.key());
                }
            });
            function.events(TableStream.class).forEach(stream -> {
                if (template.tables().stream().noneMatch(table -> table.id().equals(stream.table()))) {
                    throw new TemplateException(function.id(), "reads the stream of no table: " + stream.table());
                }
            });
        }
    }

    private Function function(String id, Json.Obj own) {
        Json.Obj common = resolved("Globals", globals);
        Map<String, String> environment = new LinkedHashMap<>();
        for (Json.Obj properties : List.of(common, own)) {
            section(section(properties, "Environment"), "Variables")
                    .fields()
                    .forEach((name, value) -> environment.put(name, Intrinsics.text(id, value)));
        }
        List<EventSource> events = new ArrayList<>();
        section(own, "Events").fields().forEach((name, event) -> events.add(event(id + " event " + name, event)));
        String handler = own.string("Handler");
        if (handler == null) {
            throw new TemplateException(id, "has no Handler");
        }
        return new Function(
                id,
                // A handler may name a method. Without one, the runtime uses handleRequest.
                handler.replaceAll("::.*", ""),
                Duration.ofSeconds(integer(id, own, "Timeout", integer(id, common, "Timeout", 3))),
                integer(id, own, "MemorySize", integer(id, common, "MemorySize", 128)),
                "PublishedVersions".equals(section(own, "SnapStart").string("ApplyOn")),
                environment,
                events);
    }

    private EventSource event(String where, Json event) {
        if (!(event instanceof Json.Obj object)) {
            throw new TemplateException(where, "is no mapping");
        }
        Json.Obj properties = section(object, "Properties");
        return switch (object.string("Type")) {
            case "HttpApi" -> route(where, properties);
            case "DynamoDB" -> stream(where, properties);
            case "Schedule", "ScheduleV2" ->
                new Schedule(required(
                        where, properties, properties.get("Schedule") == null ? "ScheduleExpression" : "Schedule"));
            case "S3" -> newObjects(where, properties);
            case null -> throw new TemplateException(where, "has no Type");
            default -> throw new TemplateException(where, "is of a Type that the local stack cannot run");
        };
    }

    private Route route(String where, Json.Obj properties) {
        String api = required(where, properties, "ApiId");
        if (!(resources.get(api) instanceof Json.Obj declared)) {
            throw new TemplateException(where, "belongs to no API of the template");
        }
        Json.Obj auth = section(section(declared, "Properties"), "Auth");
        Json.Obj own = section(properties, "Auth");
        boolean authorized = own.string("Authorizer") == null
                ? auth.string("DefaultAuthorizer") != null
                : !"NONE".equals(own.string("Authorizer"));
        String path = required(where, properties, "Path");
        if (!path.startsWith("/")) {
            throw new TemplateException(where, "has a Path that does not start with /");
        }
        return new Route(
                api, required(where, properties, "Method").toUpperCase(java.util.Locale.ROOT), path, authorized);
    }

    private static NewObjects newObjects(String where, Json.Obj properties) {
        Json.Obj key = section(section(properties, "Filter"), "S3Key");
        if ("s3:ObjectCreated:*".equals(properties.string("Events"))
                && key.items("Rules").size() == 1
                && key.items("Rules").getFirst() instanceof Json.Obj rule
                && "prefix".equals(rule.string("Name"))) {
            return new NewObjects(required(where, properties, "Bucket"), required(where, rule, "Value"));
        }
        throw new TemplateException(where, "is not for new objects under one prefix, which the local stack can run");
    }

    /** The only rule that the local S3 server supports; null: none. */
    private static @Nullable Cors cors(String where, Json.Obj bucket) {
        return switch (section(bucket, "CorsConfiguration").items("CorsRules")) {
            case List<Json> rules when rules.isEmpty() -> null;
            case List<Json> rules
            when rules.size() == 1 && rules.getFirst() instanceof Json.Obj rule ->
                new Cors(
                        texts(where, rule, "AllowedOrigins"),
                        texts(where, rule, "AllowedMethods"),
                        texts(where, rule, "AllowedHeaders"),
                        texts(where, rule, "ExposedHeaders"),
                        integer(where, rule, "MaxAge", 0));
            default ->
                throw new TemplateException(where, "has more than one CORS rule, of which the local stack runs one");
        };
    }

    private static List<String> texts(String where, Json.Obj declared, String property) {
        return declared.items(property).stream()
                .map(item -> Intrinsics.text(where, item))
                .toList();
    }

    private TableStream stream(String where, Json.Obj properties) {
        String arn = required(where, properties, "Stream");
        String[] parts = arn.split(":", -1);
        List<Json.Obj> patterns = section(properties, "FilterCriteria").items("Filters").stream()
                .map(filter -> pattern(where, filter))
                .toList();
        return new TableStream(
                parts.length > 3 ? parts[3] : arn,
                patterns,
                integer(where, properties, "BatchSize", 100),
                Duration.ofSeconds(integer(where, properties, "MaximumBatchingWindowInSeconds", 0)),
                integer(where, properties, "ParallelizationFactor", 1),
                integer(where, properties, "MaximumRetryAttempts", -1),
                Duration.ofSeconds(integer(where, properties, "MaximumRecordAgeInSeconds", 86_400)),
                properties.items("FunctionResponseTypes").contains(Json.of("ReportBatchItemFailures")),
                properties.get("BisectBatchOnFunctionError") == Json.Bool.TRUE);
    }

    private static Json.Obj pattern(String where, Json filter) {
        String text = filter instanceof Json.Obj object ? object.string("Pattern") : null;
        try {
            if (text != null && Json.parse(text) instanceof Json.Obj pattern) {
                return pattern;
            }
        } catch (JsonException e) {
            // said below
        }
        throw new TemplateException(where, "has a filter pattern that is no JSON object");
    }

    private Table table(String id, Json.Obj properties) {
        Map<String, String> attributes = new HashMap<>();
        for (Json item : properties.items("AttributeDefinitions")) {
            if (item instanceof Json.Obj attribute) {
                attributes.put(required(id, attribute, "AttributeName"), required(id, attribute, "AttributeType"));
            }
        }
        List<Index> indexes = new ArrayList<>();
        for (Json item : properties.items("GlobalSecondaryIndexes")) {
            if (item instanceof Json.Obj index) {
                Json.Obj projection = section(index, "Projection");
                indexes.add(new Index(
                        required(id, index, "IndexName"),
                        key(id, index, attributes),
                        required(id, projection, "ProjectionType"),
                        texts(id, projection, "NonKeyAttributes")));
            }
        }
        return new Table(
                id,
                name(id),
                attributes,
                key(id, properties, attributes),
                indexes,
                section(properties, "StreamSpecification").string("StreamViewType"),
                section(properties, "TimeToLiveSpecification").string("AttributeName"));
    }

    private static List<KeyPart> key(String where, Json.Obj keyed, Map<String, String> attributes) {
        List<KeyPart> key = new ArrayList<>();
        for (Json item : keyed.items("KeySchema")) {
            if (item instanceof Json.Obj part) {
                KeyPart read = new KeyPart(required(where, part, "AttributeName"), required(where, part, "KeyType"));
                if (!attributes.containsKey(read.attribute())) {
                    throw new TemplateException(where, "does not define the key attribute " + read.attribute());
                }
                key.add(read);
            }
        }
        return key;
    }

    private String name(String id) {
        return Intrinsics.text(
                id, intrinsics.resolve(id, Json.object().put("Ref", id).build()));
    }

    private Json.Obj resolved(String where, Json.Obj value) {
        return intrinsics.resolve(where, value) instanceof Json.Obj object ? object : value;
    }

    private static Json.Obj section(Json.Obj parent, String name) {
        Json.Obj section = parent.object(name);
        return section == null ? Json.object().build() : section;
    }

    private static String required(String where, Json.Obj object, String property) {
        String value = object.string(property);
        if (value == null) {
            throw new TemplateException(where, "has no " + property);
        }
        return value;
    }

    private static int integer(String where, Json.Obj object, String property, int otherwise) {
        @Nullable Json value = object.get(property);
        if (value == null) {
            return otherwise;
        }
        try {
            return Integer.parseInt(Intrinsics.text(where, value));
        } catch (NumberFormatException e) {
            throw new TemplateException(where, "has a " + property + " that is no whole number");
        }
    }
}
