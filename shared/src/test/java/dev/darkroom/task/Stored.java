package dev.darkroom.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Items as the table has them, and the effects of writes on them. */
final class Stored {
    /** 1,000,000,000 in milliseconds, so that times are easy to read. */
    static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    /** The key of a task in shard 7. */
    static final TaskId TASK = new TaskId("task-0123456789abcdem");

    static final UserId USER = new UserId("judy");
    static final UpstreamTaskId UPSTREAM = new UpstreamTaskId("upstream-1");

    private Stored() {}

    /** Returns a task in this state, claimed and counted, whose upstream id its own submit recorded. */
    static Item task(TaskState state) {
        return changed(
                Item.ABSENT,
                Change.set(Attribute.TASK_ID, TASK.value()),
                Change.set(Attribute.USER_ID, USER.value()),
                Change.set(Attribute.MODEL, "gpt-image-2"),
                Change.set(Attribute.REQUEST, "{}"),
                Change.set(Attribute.CREDITS, 12),
                Change.set(Attribute.RESOLUTION, "2K"),
                Change.set(Attribute.STATE, state.text()),
                Change.set(Attribute.UPSTREAM_TASK_ID, UPSTREAM.value()),
                Change.set(Attribute.UPSTREAM_FROM, "submit"),
                Change.set(Attribute.UPSTREAM_AT, 999_950_000),
                Change.set(Attribute.CLAIM_ID, "claim"),
                Change.set(Attribute.CREATED_AT, 999_900_000),
                Change.set(Attribute.UPDATED_AT, 999_960_000),
                Change.set(Attribute.DUE_AT, 1_000_020_000),
                Change.set(Attribute.DUE_SHARD, 7),
                Change.set(Attribute.BUDGET_DAY, "1970-01-12"),
                Change.set(Attribute.VERSION, 3));
    }

    /** Returns an ended task whose callback has this status. */
    static Item task(CallbackStatus status) {
        return changed(
                task(TaskState.FINISHED),
                Change.set(status),
                Change.set(Attribute.CALLBACK_URL, "https://example.com/hook"),
                Change.set(Attribute.CALLBACK_ATTEMPTS, 2));
    }

    static Item changed(Item item, Change... changes) {
        return Change.apply(item, Arrays.asList(changes));
    }

    static Item without(Item item, Attribute... attributes) {
        return Change.apply(item, Arrays.stream(attributes).map(Change::remove).toList());
    }

    /** Returns one line for each attribute that the write changes: {@code state = due}, or {@code no report} for a removal. */
    static List<String> changes(Write write, Item before) {
        Item after = write.apply(before);
        List<String> changes = new ArrayList<>();
        for (Attribute attribute : Attribute.values()) {
            Value value = after.get(attribute);
            if (!Objects.equals(value, before.get(attribute))) {
                changes.add(value == null ? "no " + attribute.text() : attribute.text() + " = " + text(value));
            }
        }
        return changes;
    }

    private static String text(@Nullable Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Numeric(long number) -> Long.toString(number);
            case null -> "";
        };
    }

    /** Returns the states of this item in which the condition holds. */
    static List<TaskState> states(Condition condition, Item item) {
        return Arrays.stream(TaskState.values())
                .filter(state -> condition.holds(changed(item, Change.set(state))))
                .toList();
    }

    /** Returns the callback statuses of this item for which the condition holds. */
    static List<CallbackStatus> statuses(Condition condition, Item item) {
        return Arrays.stream(CallbackStatus.values())
                .filter(status -> condition.holds(changed(item, Change.set(status))))
                .toList();
    }
}
