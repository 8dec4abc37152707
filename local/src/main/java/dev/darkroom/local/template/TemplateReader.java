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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.utils.builder.Buildable;

/** Reads template.yaml. A mistake that would keep the system from running is a {@link TemplateException}. */
public final class TemplateReader {
    private static final String REGION = "us-east-1";

    /** The properties of a table that it has on this machine, too: its protection and its backups are not among them. */
    private static final Set<String> SHAPE_OF_A_TABLE =
            Set.of("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "StreamSpecification");

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
        Intrinsics intrinsics = new Intrinsics(values, resourceNames, section(root, "Conditions"));
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
                case "AWS::S3::Bucket" -> buckets.add(new Bucket(name(id), cors(id, properties)));
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
            case "Schedule", "ScheduleV2" -> new Schedule();
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

    /** CloudFormation's properties of a table have the names that CreateTable's fields have. */
    private Table table(String id, Json.Obj properties) {
        Map<String, Json> shape = new HashMap<>(properties.fields());
        shape.keySet().retainAll(SHAPE_OF_A_TABLE);
        CreateTableRequest.Builder declared = CreateTableRequest.builder();
        fill(id, declared, new Json.Obj(shape));
        CreateTableRequest request = declared.tableName(name(id))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .build();
        Set<String> attributes = request.attributeDefinitions().stream()
                .map(AttributeDefinition::attributeName)
                .collect(Collectors.toSet());
        Stream.concat(
                        request.keySchema().stream(),
                        request.globalSecondaryIndexes().stream().flatMap(index -> index.keySchema().stream()))
                .map(KeySchemaElement::attributeName)
                .filter(name -> !attributes.contains(name))
                .forEach(name -> {
                    throw new TemplateException(id, "does not define the key attribute " + name);
                });
        StreamSpecification stream = request.streamSpecification();
        return new Table(
                id,
                stream == null
                        ? request
                        : request.copy(with -> with.streamSpecification(
                                stream.toBuilder().streamEnabled(true).build())));
    }

    /** Fills an object of the SDK from JSON. Properties that the SDK does not know do not run here. */
    private static void fill(String where, SdkPojo builder, Json.Obj properties) {
        for (SdkField<?> field : builder.sdkFields()) {
            Json value = properties.get(field.locationName());
            if (value != null) {
                field.set(builder, value(where + " " + field.locationName(), field, value));
            }
        }
    }

    private static @Nullable Object value(String where, SdkField<?> field, Json value) {
        return switch (value) {
            case Json.Obj object
            when field.marshallingType().equals(MarshallingType.SDK_POJO) -> {
                SdkPojo builder = field.constructor().get();
                fill(where, builder, object);
                yield ((Buildable) builder).build();
            }
            case Json.Arr(List<Json> items)
            when field.marshallingType().equals(MarshallingType.LIST) -> {
                SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
                yield items.stream().map(item -> value(where, member, item)).toList();
            }
            case Json.Bool flag when field.marshallingType().equals(MarshallingType.BOOLEAN) -> flag == Json.Bool.TRUE;
            case Json.Str(String text) when field.marshallingType().equals(MarshallingType.STRING) -> text;
            default -> throw new TemplateException(where, "has a value of the wrong kind");
        };
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
