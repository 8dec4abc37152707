package dev.darkroom.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.callback.CallbackHandler;
import dev.darkroom.media.TestImages;
import dev.darkroom.task.Due;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.Settling;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/capacity.md reckons with what the code does: its counts are measured again here, its products multiplied. */
class CapacityTest {
    private static final String PROMPT = "x".repeat(500);
    private static final UserId USER = new UserId("auth0|5f7c8ec7c33c6c004bbafe82");
    private static final CallbackSignature SIGNATURE = new CallbackSignature(List.of("a key"));

    private static List<List<String>> rows;
    private static Stores stores;

    @BeforeAll
    static void read() throws IOException {
        rows = Files.readAllLines(Path.of("..", "docs", "capacity.md")).stream()
                .filter(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(
                                line.substring(1).replaceAll("[*`]", "").split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
        stores = new Stores();
    }

    @BeforeEach
    void forget() {
        stores.calls().forget();
    }

    /** The table's cells behind the first, by the first, in lines of so many. */
    private static Map<String, List<String>> table(String heading, int columns) {
        return rows.stream()
                .dropWhile(row -> !row.getFirst().equals(heading))
                .skip(2)
                .takeWhile(row -> row.size() == columns)
                .collect(Collectors.toMap(
                        List::getFirst, row -> row.subList(1, columns), (a, b) -> b, LinkedHashMap::new));
    }

    /** What the calls since the last look were, as the page writes it. */
    private static List<String> step() {
        Map<String, Double> units = stores.calls().units();
        List<String> cells = List.of(
                stores.calls().sent().entrySet().stream()
                        .map(call -> call.getKey() + " " + call.getValue())
                        .collect(Collectors.joining(", ")),
                whole(units.get(Calls.TABLE)),
                whole(units.get("by_user")),
                whole(units.get("due")));
        stores.calls().forget();
        return cells;
    }

    private static String whole(@Nullable Double units) {
        return units == null ? "0" : String.valueOf(Math.round(units));
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
        Map<String, List<String>> measured = new LinkedHashMap<>();
        try (SettleBench bench = new SettleBench(stores)) {
            bench.host.on("/0.png", SettleBench.answer(200, "image/png", TestImages.png(100, 100)));
            bench.finishedWith(bench.host.url("/0.png"));
            CallbackHandler callback =
                    new CallbackHandler(stores.counted, SIGNATURE, Optional.empty(), bench.clock, bench.lines.log());
            Submitting.NewTask task = described(null);

            stores.counted.write(Submitting.record(task, bench.clock.instant(), NewTasks.SUBMIT_DEADLINE, 0));
            measured.put("record", step());
            Task recorded = stores.own.read(task.id()).orElseThrow();
            stores.counted.write(
                    Submitting.accepted(recorded, NewTasks.UPSTREAM, bench.clock.instant(), NewTasks.FIRST_POLL));
            measured.put("upstream's id", step());
            HttpEvent.callback(
                            Map.of("task_id", task.id().value(), "signature", SIGNATURE.of(task.id())),
                            SettleBench.statusBody(
                                    "finished",
                                    ",\"output\":{\"files\":[{\"file_type\":\"image\",\"file_url\":"
                                            + "\"https://storage.apidot.ai/2026/11/22/0123456789abcdef.png\"}]}"))
                    .through(callback);
            measured.put("webhook", step());
            assertThat(bench.settle(task.id()).state()).isEqualTo(TaskState.FINISHED);
            measured.put("claim and end", step());
            measured.put("an image", sum(measured));
            measured.put("client callback", clientCallback(bench));
            measured.put("a look that finds no end (woken, claimed, put back)", look(bench));
        }
        assertThat(table("step", 5)).isEqualTo(measured);
    }

    private static List<String> sum(Map<String, List<String>> steps) {
        return List.of(
                steps.values().stream()
                                .map(List::getFirst)
                                .mapToInt(calls -> Integer.parseInt(calls.replaceAll("\\D+", "")))
                                .sum()
                        + " writes",
                column(steps, 1),
                column(steps, 2),
                column(steps, 3));
    }

    private static String column(Map<String, List<String>> steps, int column) {
        return String.valueOf(steps.values().stream()
                .mapToInt(cells -> Integer.parseInt(cells.get(column)))
                .sum());
    }

    private static List<String> clientCallback(SettleBench bench) {
        Submitting.NewTask task = described("https://example.com/callbacks");
        NewTasks tasks = new NewTasks(stores.own);
        Task recorded = tasks.done(Submitting.record(task, bench.clock.instant(), NewTasks.SUBMIT_DEADLINE, 0));
        Task accepted = tasks.done(
                Submitting.accepted(recorded, NewTasks.UPSTREAM, bench.clock.instant(), NewTasks.FIRST_POLL));
        tasks.reported(accepted, bench.clock.instant());
        bench.settle(task.id());
        stores.calls().forget();
        stores.counted.write(Notifying.claim(task.id(), "claim", bench.clock.instant()));
        stores.counted.write(Notifying.delivered(
                stores.own.read(task.id()).orElseThrow(), bench.clock.instant(), NewTasks.RETENTION));
        return step();
    }

    private static List<String> look(SettleBench bench) {
        NewTasks tasks = new NewTasks(stores.own);
        Submitting.NewTask task = described(null);
        Task recorded = tasks.done(Submitting.record(task, bench.clock.instant(), NewTasks.SUBMIT_DEADLINE, 0));
        Task accepted = tasks.done(
                Submitting.accepted(recorded, NewTasks.UPSTREAM, bench.clock.instant(), NewTasks.FIRST_POLL));
        bench.clock.moveTo(Optional.ofNullable(accepted.dueAt()).orElseThrow());
        stores.calls().forget();
        stores.counted.write(Waking.wake(Waking.Overdue.of(accepted.item()), bench.clock.instant()));
        stores.counted.write(Settling.claim(task.id(), "claim", bench.clock.instant()));
        Task held = stores.own.read(task.id()).orElseThrow();
        stores.counted.write(Settling.later(
                held, new Settling.Look.Nothing(), bench.clock.instant().plus(Due.GRACE), bench.clock.instant()));
        return step();
    }

    @Test
    void reads_cost_what_the_page_says() {
        NewTasks tasks = new NewTasks(stores.own);
        Task task =
                tasks.done(Submitting.record(described(null), new HandClock().instant(), NewTasks.SUBMIT_DEADLINE, 0));
        stores.calls().forget();
        stores.counted.read(task.id());
        assertThat(stores.calls().sent()).isEqualTo(Map.of("GetItem", 1L));
        assertThat(stores.calls().units()).containsEntry(Calls.TABLE, 1.0);
    }

    @Test
    void a_million_images_cost_the_sum_of_the_products() {
        Map<String, List<String>> lines = table("what", 4);
        String units = table("step", 5).getOrDefault("an image", List.of()).stream()
                .skip(1)
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .toString();
        assertThat(lines.get("DynamoDB write units")).first().isEqualTo(units);
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
        assertThat(lines).containsKey("together").hasSizeGreaterThan(10);
    }
}
