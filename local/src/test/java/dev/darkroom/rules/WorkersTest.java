package dev.darkroom.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.media.TestImages;
import dev.darkroom.net.TestHost;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.testing.Stores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several workers that settle one task at the same time. */
class WorkersTest {
    private static final String PATH = "/media/x.png";
    private static final byte[] PNG = TestImages.pngOfSize(5_000);

    @Test
    void of_many_workers_at_once_one_settles() throws Exception {
        Stores stores = new Stores();
        try (SettleBench bench = new SettleBench(stores)) {
            bench.host.serve(PATH, PNG);
            bench.finishedWith(bench.host.url(PATH));
            Instant now = bench.clock.instant();
            TaskId id = bench.tasks.reported(bench.tasks.accepted(now), now).id();
            List<Future<Task>> workers = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
                for (int i = 0; i < 8; i++) {
                    workers.add(threads.submit(() -> bench.settle(id)));
                }
            }
            for (Future<Task> worker : workers) {
                worker.get();
            }
            Task finished = bench.tasks.read(id);
            assertThat(finished.state()).isEqualTo(TaskState.FINISHED);
            assertThat(finished.attempts()).isEqualTo(1);
            assertThat(bench.host.connections()).isEqualTo(2);
            assertThat(stores.keys()).hasSize(1);
        }
    }

    @Test
    void news_takes_the_task_from_its_worker_and_the_next_one_finds_the_copy_in_place() throws Exception {
        Stores stores = new Stores();
        try (SettleBench bench = new SettleBench(stores)) {
            Instant now = bench.clock.instant();
            TaskId id = bench.tasks.accepted(now).id();
            AtomicInteger copies = new AtomicInteger();
            bench.host.on(PATH, (request, out) -> {
                if (copies.incrementAndGet() == 1) {
                    // The webhook arrives while the first worker copies.
                    bench.tasks.reported(bench.tasks.read(id), now);
                }
                TestHost.head(out, 200, "Content-Length: " + PNG.length);
                out.write(PNG);
            });
            bench.finishedWith(bench.host.url(PATH));

            Task overtaken = bench.look(id);

            assertThat(overtaken.state()).isEqualTo(TaskState.DUE);
            assertThat(overtaken.item().get(Attribute.REPORT)).isNotNull();
            assertThat(bench.lines.has("INFO", "settle_overtaken")).isTrue();
            assertThat(stores.keys()).hasSize(1);

            Task finished = bench.settle(id);
            assertThat(finished.state()).isEqualTo(TaskState.FINISHED);
            assertThat(finished.files()).hasSize(1);
            assertThat(finished.files().getFirst().bytes()).isEqualTo(PNG.length);
            assertThat(stores.keys())
                    .containsExactly(finished.files().getFirst().key());
        }
    }
}
