package dev.darkroom.invariants;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Budget;
import dev.darkroom.task.CreditChange;
import dev.darkroom.task.Item;
import dev.darkroom.task.Recorded;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table in memory that evaluates conditions and changes with the rules' own Java code, one write at a time. {@link StoresAgreeTest}
 * proves that DynamoDB behaves the same. Thread-safe.
 */
final class MemoryTaskStore implements TaskStore {
    private final Map<TaskId, Item> items = new HashMap<>();
    private final Map<Budget, Long> counters = new HashMap<>();

    @Override
    public synchronized Recorded record(Write.Update record, long dailyLimit) {
        CreditChange credits = record.credits();
        // A task that costs more than the whole daily limit is refused without reading the table.
        if (credits != null && credits.credits() > dailyLimit) {
            return new Recorded.OverBudget();
        }
        // A task that refuses its record is told before a budget that is spent.
        if (credits != null
                && record.condition().holds(item(record.task()))
                && credits(credits.budget()) + credits.credits() > dailyLimit) {
            return new Recorded.OverBudget();
        }
        return write(record);
    }

    @Override
    public synchronized Written write(Write write) {
        Item before = item(write.task());
        if (!write.condition().holds(before)) {
            return write.refusedBy(before);
        }
        CreditChange credits = write.credits();
        if (credits != null) {
            counters.merge(credits.budget(), credits.credits(), Long::sum);
        }
        return applied(
                write,
                write instanceof Write.Update update && credits == null ? update.returned() : Write.Returned.NONE);
    }

    private Written applied(Write write, Write.Returned returned) {
        Item before = item(write.task());
        Item after = write.apply(before);
        if (after.exists()) {
            items.put(write.task(), after);
        } else {
            items.remove(write.task());
        }
        return new Written.Applied(
                switch (returned) {
                    case NONE -> Item.ABSENT;
                    case BEFORE -> before;
                    case AFTER -> after;
                });
    }

    /** Returns the credits that the user's tasks of the day hold. */
    synchronized long credits(Budget budget) {
        return counters.getOrDefault(budget, 0L);
    }

    /** Returns all budgets that any task was ever counted in. */
    synchronized Set<Budget> budgets() {
        return Set.copyOf(counters.keySet());
    }

    synchronized Item item(TaskId task) {
        return items.getOrDefault(task, Item.ABSENT);
    }

    @Override
    public synchronized Optional<Task> read(TaskId task) {
        return Optional.ofNullable(items.get(task)).map(Task::new);
    }

    @Override
    public synchronized Page page(UserId user, @Nullable Position after, int limit) {
        List<Task> rest = tasks().filter(task -> user.value().equals(task.item().text(Attribute.USER_ID)))
                .filter(task -> after == null || task.createdAt().toEpochMilli() < after.createdAt())
                .sorted(Comparator.comparing(Task::createdAt).reversed())
                .toList();
        List<Task> page = rest.stream().limit(limit).toList();
        // As in DynamoDB, a full page has a cursor even when nothing follows.
        return new Page(
                page,
                page.size() < limit
                        ? null
                        : new Position(
                                page.getLast().id(), page.getLast().createdAt().toEpochMilli()));
    }

    @Override
    public synchronized List<Task> holders(UpstreamTaskId upstream) {
        return tasks().filter(task -> upstream.equals(task.upstreamTaskId()))
                .sorted(Comparator.comparing(task -> task.id().value()))
                .toList();
    }

    @Override
    public void overdue(int shard, Instant now, Consumer<Waking.Overdue> found) {
        overdue(shard, now).forEach(found);
    }

    private synchronized List<Waking.Overdue> overdue(int shard, Instant now) {
        return tasks().map(Task::item)
                .filter(item -> Long.valueOf(shard).equals(item.number(Attribute.DUE_SHARD)))
                .map(Waking.Overdue::of)
                .filter(overdue -> overdue.dueAt() <= now.toEpochMilli())
                .sorted(Comparator.comparingLong(Waking.Overdue::dueAt))
                .toList();
    }

    private Stream<Task> tasks() {
        return items.values().stream().map(Task::new);
    }
}
