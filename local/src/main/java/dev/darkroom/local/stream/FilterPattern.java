package dev.darkroom.local.stream;

import dev.darkroom.json.Json;
import dev.darkroom.local.template.TemplateException;
import java.io.IOException;
import software.amazon.event.ruler.Machine;

/**
 * An event pattern, as EventBridge's rules and Lambda's event source mappings have it (Lambda developer guide, "Event
 * filtering"). AWS's own library judges it.
 */
final class FilterPattern {
    private final Machine machine;

    private FilterPattern(Machine machine) {
        this.machine = machine;
    }

    /** Reads a pattern; {@code where} is named in errors. */
    static FilterPattern of(String where, Json.Obj pattern) {
        Machine machine = Machine.builder().build();
        try {
            machine.addRule("pattern", pattern.text());
        } catch (IOException e) {
            throw new TemplateException(where, "has a wrong filter pattern: " + e.getMessage());
        }
        return new FilterPattern(machine);
    }

    boolean matches(Json event) {
        try {
            return !machine.rulesForJSONEvent(event.text()).isEmpty();
        } catch (Exception e) {
            throw new IllegalArgumentException("An event is a JSON object", e);
        }
    }
}
