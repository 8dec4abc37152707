package dev.darkroom.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.Environment;
import dev.darkroom.media.PresignedUrls;
import dev.darkroom.media.SourceImages;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.request.Problem;
import dev.darkroom.request.Source;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.tasks.UnaskedStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the tasks are read whose pictures are to be edited. */
class SourcesTest {
    private static final Environment ENVIRONMENT =
            new Environment(Map.of("AWS_REGION", "eu-central-1", "IMAGES_BUCKET", "images"));
    private static final int TASKS = 16;

    private static Sources sources(Function<TaskId, Optional<Task>> read) {
        return new Sources(
                ENVIRONMENT,
                new UnaskedStore() {
                    @Override
                    public Optional<Task> read(TaskId task) {
                        return read.apply(task);
                    }
                },
                new OutsideHttp(TrustedHosts.none(), _ -> List.of()),
                new PresignedUrls(ENVIRONMENT),
                TrustedHosts.none(),
                InstantSource.system());
    }

    private static List<Source> results() {
        return IntStream.range(0, TASKS)
                .<Source>mapToObj(i -> new Source.Result(new TaskId("task-00000000000000%02d".formatted(i)), 0))
                .toList();
    }

    private static Sources.Looked look(Sources sources, List<Source> named) {
        return sources.look(new UserId("judy"), named, Duration.ofSeconds(8));
    }

    /** No read is answered before all are under way. */
    @Test
    void all_are_read_side_by_side_and_each_once() {
        CyclicBarrier allUnderWay = new CyclicBarrier(TASKS);
        AtomicInteger reads = new AtomicInteger();
        Sources sources = sources(_ -> {
            reads.incrementAndGet();
            try {
                allUnderWay.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
            return Optional.empty();
        });
        List<Source> named = new ArrayList<>(results());
        named.addAll(results());

        Sources.Looked looked = look(sources, named);

        assertThat(looked)
                .isEqualTo(new Sources.Looked.Unusable(IntStream.range(0, 2 * TASKS)
                        .mapToObj(i -> new Problem("input.image_urls[" + i + "]", SourceImages.NOT_YOURS))
                        .toList()));
        assertThat(reads).hasValue(TASKS);
    }

    @Test
    void a_table_that_does_not_answer_is_no_fault_of_the_client() {
        Sources sources = sources(_ -> {
            throw new StoreUnavailableException(new IllegalStateException());
        });

        assertThatThrownBy(() -> look(sources, results())).isInstanceOf(StoreUnavailableException.class);
    }
}
