package dev.darkroom.local.stream;

import dev.darkroom.json.Json;
import dev.darkroom.local.template.TemplateException;
import java.io.IOException;
import java.util.List;
import software.amazon.event.ruler.Machine;

/**
 * The filter patterns of an event source (Lambda developer guide, "Event filtering"). An event passes if one of them matches, or
 * if there is none. AWS's own library judges them.
 */
final class Filters {
    private final Machine machine = Machine.builder().build();
    private final boolean isEmpty;

    /** Reads the patterns; {@code where} is named in errors. */
    Filters(String where, List<Json.Obj> patterns) {
        isEmpty = patterns.isEmpty();
        try {
            for (Json.Obj pattern : patterns) {
                machine.addRule("pattern", pattern.text());
            }
        } catch (IOException e) {
            throw new TemplateException(where, "has a wrong filter pattern: " + e.getMessage());
        }
    }

    boolean pass(Json event) {
        try {
            return isEmpty || !machine.rulesForJSONEvent(event.text()).isEmpty();
        } catch (Exception e) {
            throw new IllegalArgumentException("An event is a JSON object", e);
        }
    }
}
