package dev.darkroom.local.template;

import dev.darkroom.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The functions of CloudFormation that template.yaml uses, resolved: parameters and pseudo parameters to their values, resources to
 * the names they have on this machine. A reference to nothing is an error, and so is another function.
 */
final class Intrinsics {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

    /** Stands for {@code AWS::NoValue}: a property set to it is absent. */
    private static final Json ABSENT = new Json.Obj(Map.of("AWS::NoValue", Json.Null.NULL));

    private final Map<String, Json> values;
    private final Map<String, String> names;
    private final Json.Obj conditions;

    /**
     * @param values of parameters and pseudo parameters
     * @param names of the resources on this machine, by logical id
     */
    Intrinsics(Map<String, Json> values, Map<String, String> names, Json.Obj conditions) {
        this.values = Map.copyOf(values);
        this.names = Map.copyOf(names);
        this.conditions = conditions;
    }

    /** The value without any function in it; {@code where} is named in errors. */
    Json resolve(String where, Json value) {
        return switch (value) {
            case Json.Obj object -> object(where, object);
            case Json.Arr(List<Json> items) ->
                Json.array(items.stream()
                        .map(item -> resolve(where, item))
                        .filter(item -> !item.equals(ABSENT))
                        .toList());
            case Json.Str text -> text;
            case Json.Num number -> number;
            case Json.Bool flag -> flag;
            case Json.Null none -> none;
        };
    }

    private Json object(String where, Json.Obj object) {
        if (object.fields().size() == 1) {
            Map.Entry<String, Json> only = object.fields().entrySet().iterator().next();
            Json result = function(where, only.getKey(), only.getValue());
            if (result != null) {
                return result;
            }
        }
        Map<String, Json> fields = new LinkedHashMap<>();
        object.fields().forEach((name, field) -> {
            Json resolved = resolve(where, field);
            if (!resolved.equals(ABSENT)) {
                fields.put(name, resolved);
            }
        });
        return new Json.Obj(fields);
    }

    private @Nullable Json function(String where, String name, Json argument) {
        return switch (name) {
            case "Ref" -> reference(where, text(where, argument));
            case "Fn::GetAtt" -> {
                List<Json> parts = items(where, argument);
                yield attribute(where, text(where, parts.get(0)), text(where, parts.get(1)));
            }
            case "Fn::Sub" -> Json.of(substitute(where, argument));
            case "Fn::If" -> {
                List<Json> branches = items(where, argument);
                yield resolve(where, branches.get(condition(where, text(where, branches.get(0))) ? 1 : 2));
            }
            case "Fn::Equals" -> {
                List<Json> sides = resolved(where, argument);
                yield Json.of(text(where, sides.get(0)).equals(text(where, sides.get(1))));
            }
            case "Fn::Not" -> Json.of(resolved(where, argument).getFirst() != Json.Bool.TRUE);
            case "Fn::Split" -> {
                List<Json> arguments = resolved(where, argument);
                String[] parts = text(where, arguments.get(1)).split(Pattern.quote(text(where, arguments.get(0))), -1);
                yield Json.array(Stream.of(parts).map(Json::of).toList());
            }
            default -> {
                if (name.startsWith("Fn::")) {
                    throw new TemplateException(where, "uses " + name + ", which the local stack does not understand");
                }
                yield null;
            }
        };
    }

    private Json reference(String where, String name) {
        if (name.equals("AWS::NoValue")) {
            return ABSENT;
        }
        Json value = values.get(name);
        if (value != null) {
            return value;
        }
        String resource = names.get(name);
        if (resource == null) {
            throw new TemplateException(where, "refers to " + name + ", which the template does not have");
        }
        return Json.of(resource);
    }

    private Json attribute(String where, String resource, String attribute) {
        if (!names.containsKey(resource)) {
            throw new TemplateException(where, "refers to " + resource + ", which the template does not have");
        }
        // Nobody uses such an ARN here. It only shows which resource was meant.
        return Json.of("arn:aws:local:" + resource + ":" + attribute);
    }

    private String substitute(String where, Json argument) {
        String pattern;
        Map<String, Json> own = Map.of();
        if (argument instanceof Json.Arr(List<Json> items)) {
            pattern = text(where, items.get(0));
            own = items.get(1) instanceof Json.Obj(Map<String, Json> fields) ? fields : own;
        } else {
            pattern = text(where, argument);
        }
        Matcher matcher = VARIABLE.matcher(pattern);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1);
            Json given = own.get(name);
            int dot = name.indexOf('.');
            Json value = given != null
                    ? resolve(where, given)
                    : dot < 0
                            ? reference(where, name)
                            : attribute(where, name.substring(0, dot), name.substring(dot + 1));
            matcher.appendReplacement(result, Matcher.quoteReplacement(text(where, value)));
        }
        return matcher.appendTail(result).toString();
    }

    private boolean condition(String where, String name) {
        Json condition = conditions.get(name);
        if (condition == null) {
            throw new TemplateException(where, "uses the condition " + name + ", which the template does not have");
        }
        return resolve(where, condition) == Json.Bool.TRUE;
    }

    private List<Json> resolved(String where, Json argument) {
        return items(where, resolve(where, argument));
    }

    private static List<Json> items(String where, Json value) {
        if (value instanceof Json.Arr(List<Json> items)) {
            return items;
        }
        throw new TemplateException(where, "has a function whose argument should be a list");
    }

    /** The value as CloudFormation writes it into a text. */
    static String text(String where, Json value) {
        return switch (value) {
            case Json.Str(String text) -> text;
            case Json.Num(var number) -> number.toPlainString();
            case Json.Bool flag -> flag == Json.Bool.TRUE ? "true" : "false";
            case Json.Arr(List<Json> items) ->
                String.join(",", items.stream().map(item -> text(where, item)).toList());
            case Json.Obj _ -> throw new TemplateException(where, "has an object where a text should be");
            case Json.Null _ -> throw new TemplateException(where, "has nothing where a text should be");
        };
    }
}
