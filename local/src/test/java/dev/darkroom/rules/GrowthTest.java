package dev.darkroom.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.HandClock;
import dev.darkroom.sweep.Sweep;
import dev.darkroom.task.Due;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A sweep, or one page of a list, reads the same number of items however large the table is. Counted at the AWS client. */
class GrowthTest {
    private static final int FEW = 100;
    private static final int MANY = 1_000;
    private static final int OVERDUE = 10;
    private static final int PAGE = 20;

    private static final HandClock CLOCK = new HandClock();
    private static final UserId CAROL = new UserId("carol");
    private static final List<Read> SWEEPS = new ArrayList<>();
    private static final List<Read> PAGES = new ArrayList<>();

    /** The calls that were made and the items that they read. */
    private record Read(Map<String, Long> calls, long items) {}

    @BeforeAll
    static void measure() {
        Stores stores = new Stores();
        NewTasks tasks = new NewTasks(stores.own);
        int there = 0;
        for (int size : new int[] {FEW, MANY}) {
            for (; there < size - OVERDUE; there++) {
                add(tasks, CLOCK.instant());
            }
            for (int i = 0; i < OVERDUE; i++, there++) {
                add(tasks, CLOCK.instant().minus(Duration.ofDays(1)));
            }
            SWEEPS.add(sweep(stores));
            pages(stores);
            CLOCK.move(Duration.ofSeconds(1));
        }
    }

    private static void add(NewTasks tasks, Instant at) {
        tasks.write(Submitting.record(
                NewTasks.described(NewTasks.freshId(), CAROL, null),
                at,
                NewTasks.FIRST_POLL,
                NewTasks.SUBMIT_DEADLINE,
                false));
    }

    private static Read sweep(Stores stores) {
        stores.calls().forget();
        Sweep.Swept swept = new Sweep(stores.counted, CLOCK, new Lines().log())
                .run(CLOCK.instant().plusSeconds(50));
        assertThat(swept.woken()).isEqualTo(OVERDUE);
        return new Read(stores.calls().sent(), stores.calls().itemsRead());
    }

    private static void pages(Stores stores) {
        TaskStore.@Nullable Position after = null;
        for (int page = 0; page < 3; page++) {
            stores.calls().forget();
            after = stores.counted.page(CAROL, after, PAGE).next();
            PAGES.add(new Read(stores.calls().sent(), stores.calls().itemsRead()));
        }
    }

    @Test
    void a_sweep_reads_what_is_overdue_and_nothing_else_among_few_tasks_and_among_many() {
        assertThat(SWEEPS)
                .hasSize(2)
                .allMatch(new Read(Map.of("Query", (long) Due.SHARDS, "UpdateItem", (long) OVERDUE), OVERDUE)::equals);
    }

    @Test
    void a_page_of_a_list_is_one_query_and_one_read_of_its_own_length_among_few_tasks_and_among_many() {
        assertThat(PAGES).hasSize(6).allMatch(new Read(Map.of("Query", 1L, "BatchGetItem", 1L), PAGE)::equals);
    }
}
