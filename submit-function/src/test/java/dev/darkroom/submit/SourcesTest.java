package dev.darkroom.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Log;
import dev.darkroom.media.PresignedUrls;
import dev.darkroom.media.SourceImages;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.request.Parsed;
import dev.darkroom.request.Problem;
import dev.darkroom.request.Source;
import dev.darkroom.request.UploadId;
import dev.darkroom.task.Item;
import dev.darkroom.task.Settling;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.tasks.UnaskedStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.hc.client5.http.impl.InMemoryDnsResolver;
import org.junit.jupiter.api.Test;

/** How tasks are read whose pictures are to be edited. */
class SourcesTest {
    private static final Environment ENVIRONMENT =
            new Environment(Map.of("AWS_REGION", "eu-central-1", "IMAGES_BUCKET", "images"));
    private static final int TASKS = 16;
    private static final UserId JUDY = new UserId("judy");

    private static Sources sources(Function<TaskId, Optional<Task>> read) {
        return sources(ENVIRONMENT, TrustedHosts.none(), read, new ByteArrayOutputStream());
    }

    private static Sources sources(
            Environment environment,
            TrustedHosts trusted,
            Function<TaskId, Optional<Task>> read,
            ByteArrayOutputStream log) {
        return new Sources(
                environment,
                new UnaskedStore() {
                    @Override
                    public Optional<Task> read(TaskId task) {
                        return read.apply(task);
                    }
                },
                new OutsideHttp(trusted, new InMemoryDnsResolver()),
                new PresignedUrls(environment),
                trusted,
                InstantSource.system(),
                new Log(new PrintStream(log, true, StandardCharsets.UTF_8), InstantSource.system()));
    }

    /** Returns a task of the user judy that has finished with one file. */
    private static Task finished(TaskId id) {
        Instant now = Instant.now();
        Item item = Submitting.record(
                        new Submitting.NewTask(id, JUDY, "gpt-image-2", "{}", 1, "1K", null, "author"),
                        now,
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(15),
                        false)
                .apply(Item.ABSENT);
        Item claimed = Settling.claim(id, "claim", now).apply(item);
        StoredImage file = new StoredImage("images/anVkeQ/" + id.value() + "/0.png", "image/png", 1, "00", 1, 1);
        return new Task(Settling.finished(new Task(claimed), List.of(file), now, Duration.ofDays(37))
                .apply(claimed));
    }

    /** S3 gives the same answer for a missing object as without permission to read. */
    @Test
    void a_file_that_the_table_has_and_the_bucket_does_not_give_is_told_to_the_operator() throws Exception {
        HttpServer denying = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        denying.createContext("/", exchange -> {
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
        });
        denying.start();
        String host = "localhost:" + denying.getAddress().getPort();
        Environment environment = new Environment(Map.of(
                "AWS_REGION",
                "eu-central-1",
                "IMAGES_BUCKET",
                "images",
                "AWS_ENDPOINT_URL_S3",
                "http://" + host,
                "APIDOT_BASE_URL",
                "http://" + host));
        TaskId task = new TaskId("task-0000000000000001");
        ByteArrayOutputStream log = new ByteArrayOutputStream();

        Parsed<List<String>> looked = look(
                sources(
                        environment,
                        TrustedHosts.parse("TRUSTED_HOSTS", List.of(host)),
                        id -> Optional.of(finished(id)),
                        log),
                List.of(
                        new Source.Result(task, 0),
                        new Source.Upload(UploadId.parse("upload-AAAAAAAAAAAAAAAAAAAAAAAA-png")
                                .orElseThrow())));
        denying.stop(0);

        assertThat(looked)
                .isEqualTo(new Parsed.Invalid<>(List.of(
                        new Problem("input.image_urls[0]", SourceImages.NOT_YOURS),
                        new Problem("input.image_urls[1]", SourceImages.NOT_YOURS))));
        assertThat(log.toString(StandardCharsets.UTF_8))
                .hasLineCount(1)
                .contains("\"event\":\"source_missing\",\"task_id\":\"" + task.value() + "\"");
    }

    private static List<Source> results() {
        return IntStream.range(0, TASKS)
                .<Source>mapToObj(i -> new Source.Result(new TaskId("task-00000000000000%02d".formatted(i)), 0))
                .toList();
    }

    private static Parsed<List<String>> look(Sources sources, List<Source> named) {
        return sources.check(JUDY, named, Duration.ofSeconds(8));
    }

    /** Answers no read until all reads have arrived. */
    @Test
    void all_are_read_side_by_side() {
        CyclicBarrier allUnderWay = new CyclicBarrier(TASKS);
        Sources sources = sources(_ -> {
            try {
                allUnderWay.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
            return Optional.empty();
        });
        Parsed<List<String>> looked = look(sources, results());

        assertThat(looked)
                .isEqualTo(new Parsed.Invalid<>(IntStream.range(0, TASKS)
                        .mapToObj(i -> new Problem("input.image_urls[" + i + "]", SourceImages.NOT_YOURS))
                        .toList()));
    }

    @Test
    void a_table_that_does_not_answer_is_no_fault_of_the_client() {
        Sources sources = sources(_ -> {
            throw new StoreUnavailableException(new IllegalStateException());
        });

        assertThatThrownBy(() -> look(sources, results())).isInstanceOf(StoreUnavailableException.class);
    }
}
