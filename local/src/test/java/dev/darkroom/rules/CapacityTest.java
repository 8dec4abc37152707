package dev.darkroom.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.apidot.HandClock;
import dev.darkroom.callback.CallbackHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.local.template.Template;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.media.TestImages;
import dev.darkroom.request.Price;
import dev.darkroom.request.Resolution;
import dev.darkroom.task.CallbackResult;
import dev.darkroom.task.Due;
import dev.darkroom.task.Item;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.Settling;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import dev.darkroom.testing.Calls;
import dev.darkroom.testing.HttpEvent;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks the figures in docs/capacity.md: measures the counts again and recomputes the products. */
class CapacityTest {
    private static final String PROMPT = "x".repeat(500);
    private static final UserId USER = new UserId("auth0|5f7c8ec7c33c6c004bbafe82");
    private static final Environment KEYS = new Environment(Map.of(CallbackSignature.KEYS, "a key"));
    private static final CallbackSignature SIGNATURE = CallbackSignature.of(KEYS);

    private static List<List<String>> rows;
    private static final Stores STORES = new Stores();

    @BeforeAll
    static void read() throws IOException {
        rows = Files.readAllLines(Path.of("..", "docs", "capacity.md")).stream()
                .filter(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(
                                line.substring(1).replaceAll("[*`]", "").split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    @BeforeEach
    void forget() {
        STORES.calls().forget();
    }

    /** Returns the rows of a Markdown table with this first heading, by their first cell; only rows with this many cells. */
    private static Map<String, List<String>> table(String heading, int columns) {
        return rows.stream()
                .dropWhile(row -> !row.getFirst().equals(heading))
                .skip(2)
                .takeWhile(row -> row.size() == columns)
                .collect(Collectors.toMap(
                        List::getFirst, row -> row.subList(1, columns), (a, b) -> b, LinkedHashMap::new));
    }

    /**
     * The cost of some calls.
     *
     * @param calls the calls that were sent, by operation
     * @param units by index, {@link Calls#TABLE} for the table
     */
    private record Cost(Map<String, Long> calls, Map<String, Long> units) {
        /** Returns the cost of the calls since the previous reading. */
        static Cost sinceThen() {
            Map<String, Long> units = new TreeMap<>();
            STORES.calls().units().forEach((index, used) -> units.put(index, Math.round(used)));
            Cost cost = new Cost(STORES.calls().sent(), units);
            STORES.calls().forget();
            return cost;
        }

        static Cost sum(Map<String, Cost> steps) {
            Map<String, Long> calls = new TreeMap<>();
            Map<String, Long> units = new TreeMap<>();
            for (Cost step : steps.values()) {
                step.calls.forEach((call, count) -> calls.merge(call, count, Long::sum));
                step.units.forEach((index, used) -> units.merge(index, used, Long::sum));
            }
            return new Cost(calls, units);
        }

        Cost less(Cost other) {
            Map<String, Long> fewer = new TreeMap<>(calls);
            other.calls.forEach((call, count) -> fewer.merge(call, -count, Long::sum));
            fewer.values().removeIf(count -> count == 0);
            Map<String, Long> less = new TreeMap<>(units);
            other.units.forEach((index, used) -> less.merge(index, -used, Long::sum));
            return new Cost(fewer, less);
        }

        long together() {
            return units.values().stream().mapToLong(Long::longValue).sum();
        }

        /** Returns the cells as docs/capacity.md prints them. */
        List<String> cells() {
            return List.of(
                    calls.entrySet().stream()
                            .map(call -> call.getKey() + " " + call.getValue())
                            .collect(Collectors.joining(", ")),
                    cell(Calls.TABLE),
                    cell("by_user"),
                    cell("due"),
                    cell("by_upstream"),
                    Long.toString(together()));
        }

        private String cell(String index) {
            return Long.toString(units.getOrDefault(index, 0L));
        }
    }

    private static Submitting.NewTask described(@Nullable String callbackUrl) {
        return new Submitting.NewTask(
                NewTasks.freshId(),
                USER,
                "gpt-image-2",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"" + PROMPT
                        + "\",\"quality\":\"low\",\"size\":\"1:1\",\"resolution\":\"1K\"}}",
                1,
                "1K",
                callbackUrl,
                UUID.randomUUID().toString());
    }

    @Test
    void an_image_costs_the_table_what_the_page_says() throws Exception {
        Map<String, Cost> measured = new LinkedHashMap<>();
        try (SettleBench bench = new SettleBench(STORES)) {
            bench.host.on("/0.png", SettleBench.answer(200, "image/png", TestImages.png(100, 100)));
            bench.finishedWith(bench.host.url("/0.png"));
            measured.putAll(image(bench, null, 0));
            Cost image = Cost.sum(measured);
            measured.put("an image", image);
            measured.put("an image with a daily limit", Cost.sum(image(bench, null, 1000)));
            measured.put(
                    "more for a client callback",
                    Cost.sum(image(bench, "https://api.example.com/darkroom/callbacks", 0))
                            .less(image));
            measured.put("a look that finds no end (woken, claimed, put back)", look(bench));
            measured.put("a submit that APIDot refuses (record, removal)", refused(bench));
        }
        Map<String, List<String>> cells = new LinkedHashMap<>();
        measured.forEach((step, cost) -> cells.put(step, cost.cells()));
        assertThat(table("step", 7)).isEqualTo(cells);
        assertThat(together(measured, "an image")).isLessThanOrEqualTo(12);
        assertThat(together(measured, "an image with a daily limit")).isLessThanOrEqualTo(17);
        assertThat(together(measured, "more for a client callback")).isLessThanOrEqualTo(5);
    }

    private static long together(Map<String, Cost> measured, String step) {
        return Objects.requireNonNull(measured.get(step)).together();
    }

    /** Takes an image whose webhook arrives from its record to its last write, and returns the cost of each step. */
    private static Map<String, Cost> image(SettleBench bench, @Nullable String callbackUrl, long dailyLimit)
            throws Exception {
        Map<String, Cost> steps = new LinkedHashMap<>();
        CallbackHandler callback = new CallbackHandler(KEYS, STORES.counted, bench.clock, bench.lines.log());
        Submitting.NewTask task = described(callbackUrl);
        STORES.calls().forget();
        Write.Update record = Submitting.record(
                task, bench.clock.instant(), NewTasks.FIRST_POLL, NewTasks.SUBMIT_DEADLINE, dailyLimit > 0);
        STORES.counted.record(record, dailyLimit);
        steps.put("record", Cost.sinceThen());
        Task recorded = STORES.own.read(task.id()).orElseThrow();
        STORES.counted.write(
                Submitting.accepted(recorded, NewTasks.UPSTREAM, bench.clock.instant(), NewTasks.FIRST_POLL));
        steps.put("upstream's id", Cost.sinceThen());
        HttpEvent.callback(
                        Map.of("task_id", task.id().value(), "signature", SIGNATURE.of(task.id())),
                        SettleBench.statusBody(
                                "finished",
                                ",\"output\":{\"files\":[{\"file_type\":\"image\",\"file_url\":"
                                        + "\"https://storage.apidot.ai/2026/11/22/0123456789abcdef.png\"}]}"))
                .through(callback);
        steps.put("webhook", Cost.sinceThen());
        assertThat(bench.settle(task.id()).state()).isEqualTo(TaskState.FINISHED);
        steps.put("claim and end", Cost.sinceThen());
        if (callbackUrl != null) {
            STORES.counted.write(Notifying.claim(task.id(), UUID.randomUUID().toString(), bench.clock.instant()));
            Task held = STORES.own.read(task.id()).orElseThrow();
            STORES.counted.write(Notifying.delivered(
                    held, new CallbackResult.Answered(204), bench.clock.instant(), NewTasks.RETENTION));
            steps.put("client callback", Cost.sinceThen());
        }
        return steps;
    }

    private static Cost refused(SettleBench bench) {
        STORES.calls().forget();
        Write.Update record = Submitting.record(
                described(null), bench.clock.instant(), NewTasks.FIRST_POLL, NewTasks.SUBMIT_DEADLINE, false);
        STORES.counted.record(record, 0);
        Write removal = Submitting.refused(new Task(record.apply(Item.ABSENT)));
        assertThat(STORES.counted.write(removal)).isEqualTo(new Written.Applied(Item.ABSENT));
        return Cost.sinceThen();
    }

    private static Cost look(SettleBench bench) {
        NewTasks tasks = new NewTasks(STORES.own);
        Submitting.NewTask task = described(null);
        Task recorded = tasks.done(
                Submitting.record(task, bench.clock.instant(), NewTasks.FIRST_POLL, NewTasks.SUBMIT_DEADLINE, false));
        Task accepted = tasks.done(
                Submitting.accepted(recorded, NewTasks.UPSTREAM, bench.clock.instant(), NewTasks.FIRST_POLL));
        bench.clock.moveTo(Optional.ofNullable(accepted.dueAt()).orElseThrow());
        STORES.calls().forget();
        STORES.counted.write(Waking.wake(task.id(), bench.clock.instant()));
        STORES.counted.write(Settling.claim(task.id(), UUID.randomUUID().toString(), bench.clock.instant()));
        Task held = STORES.own.read(task.id()).orElseThrow();
        STORES.counted.write(Settling.later(
                held, Settling.Why.NOT_ENDED, bench.clock.instant().plus(Due.SETTLE_LEASE), bench.clock.instant()));
        return Cost.sinceThen();
    }

    @Test
    void reads_cost_what_the_page_says() {
        NewTasks tasks = new NewTasks(STORES.own);
        Task task = tasks.done(Submitting.record(
                described(null),
                new HandClock(NewTasks.BEGIN).instant(),
                NewTasks.FIRST_POLL,
                NewTasks.SUBMIT_DEADLINE,
                false));
        STORES.calls().forget();
        STORES.counted.read(task.id());
        assertThat(STORES.calls().sent()).isEqualTo(Map.of("GetItem", 1L));
        assertThat(STORES.calls().units()).containsEntry(Calls.TABLE, 1.0);
    }

    @Test
    void a_million_images_cost_the_sum_of_the_products() {
        Map<String, List<String>> lines = table("what", 4);
        String units = table("step", 7).getOrDefault("an image", List.of()).getLast();
        assertThat(lines.get("DynamoDB write units")).first().isEqualTo(units);
        assertThat(lines.get("Lambda GB-seconds, arm64"))
                .first()
                .isEqualTo(
                        table("function", 5).getOrDefault("together", List.of()).getLast());
        assertThat(lines).hasSizeGreaterThan(8);
        assertIsTheSumOfItsProducts(lines);
        assertIsTheSumOfItsProducts(table("stored and sent", 4));
    }

    private static void assertIsTheSumOfItsProducts(Map<String, List<String>> lines) {
        assertThat(lines).containsKey("together");
        BigDecimal together = BigDecimal.ZERO;
        for (Map.Entry<String, List<String>> line : lines.entrySet()) {
            BigDecimal cost = new BigDecimal(line.getValue().get(2));
            if (line.getKey().equals("together")) {
                assertThat(cost).isEqualTo(together);
            } else {
                BigDecimal product = new BigDecimal(line.getValue().get(0))
                        .multiply(new BigDecimal(line.getValue().get(1)))
                        .setScale(2, RoundingMode.HALF_UP);
                assertThat(cost).as(line.getKey()).isEqualTo(product);
                together = together.add(cost);
            }
        }
    }

    @Test
    void a_month_of_each_size_is_so_many_times_a_million_images() {
        Map<String, List<String>> sizes = table("a second", 4);
        Map<String, BigDecimal> million = Map.of(
                "dollars beside storage and egress", together("what"),
                "dollars of storage and egress", together("stored and sent"),
                "dollars at APIDot, one credit each",
                        new BigDecimal(new Price(Resolution.K1, 1).usd()).movePointRight(6));
        assertThat(sizes.keySet()).containsAll(million.keySet());
        List<Integer> rates = List.of(1, 100, 10_000);
        for (int i = 0; i < rates.size(); i++) {
            BigDecimal images =
                    BigDecimal.valueOf(rates.get(i) * Duration.ofDays(30).toSeconds(), 6);
            assertThat(new BigDecimal(cell(sizes, "images, millions", i))).isEqualByComparingTo(images);
            for (Map.Entry<String, BigDecimal> line : million.entrySet()) {
                assertThat(new BigDecimal(cell(sizes, line.getKey(), i)))
                        .as(line.getKey())
                        .isEqualByComparingTo(line.getValue().multiply(images).setScale(0, RoundingMode.HALF_UP));
            }
        }
    }

    private static BigDecimal together(String heading) {
        return new BigDecimal(cell(table(heading, 4), "together", 2));
    }

    private static String cell(Map<String, List<String>> table, String row, int column) {
        return table.getOrDefault(row, List.of()).get(column);
    }

    /** The page assumes the times; the memory comes from the template. */
    @Test
    void gigabyte_seconds_are_the_templates_memory_for_the_times_that_the_page_assumes() {
        Template template = TemplateReader.read(
                Path.of("..", "template.yaml"), Map.of(), Map.of("TasksTable", "tasks", "ImagesBucket", "images"));
        Map<String, List<String>> lines = table("function", 5);
        assertThat(lines).hasSizeGreaterThan(5).containsKey("together");
        BigDecimal together = BigDecimal.ZERO;
        for (Map.Entry<String, List<String>> line : lines.entrySet()) {
            List<String> cells = line.getValue();
            BigDecimal used = new BigDecimal(cells.get(3));
            if (line.getKey().equals("together")) {
                assertThat(used).isEqualTo(together);
            } else {
                int memory = template.functions().stream()
                        .filter(function -> function.id().equals(line.getKey()))
                        .findFirst()
                        .orElseThrow()
                        .memory();
                assertThat(cells.get(0)).as(line.getKey()).isEqualTo(Integer.toString(memory));
                assertThat(used)
                        .as(line.getKey())
                        .isEqualTo(new BigDecimal(memory)
                                .divide(BigDecimal.valueOf(1024))
                                .multiply(new BigDecimal(cells.get(1)))
                                .multiply(new BigDecimal(cells.get(2)))
                                .setScale(3, RoundingMode.HALF_UP));
                together = together.add(used);
            }
        }
    }
}
