package dev.darkroom.deployed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.local.deployed.FirstEvents;
import dev.darkroom.local.deployed.FunctionZip;
import dev.darkroom.local.deployed.LambdaRuntime;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cold start costs, counted: time is for the benchmarks, the number of classes is the same everywhere. */
class ColdStartIT {
    /** Its own, the libraries' and those of the JDK that its archive has not; 1,829 when this was written. */
    private static final int MOST_CLASSES = 1_950;

    private static final String KEY = "aKeyThatSigns";
    private static final TaskId TASK =
            TaskId.parse("task-01jd9x7q4t8w2m5n6p7r8s9tab").orElseThrow();

    @Test
    void a_first_webhook_loads_no_more_classes_than_it_did(@TempDir Path taskRoot, @TempDir Path logs)
            throws Exception {
        FunctionZip.CALLBACK.unpack(taskRoot);
        Path loaded = logs.resolve("classes.txt");
        HttpServer store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.createContext("/", ColdStartIT::succeed);
        store.start();
        Map<String, String> settings = Map.of(
                "TASKS_TABLE",
                "tasks",
                "CALLBACK_SIGNING_KEYS",
                KEY,
                "AWS_ENDPOINT_URL_DYNAMODB",
                "http://127.0.0.1:" + store.getAddress().getPort());
        String handler = FunctionZip.CALLBACK.handler;
        List<String> command = LambdaRuntime.javaCommand(List.of("-Xlog:class+load:file=" + loaded + ":none"), handler);
        byte[] event = FirstEvents.webhook(
                TASK.value(), new CallbackSignature(List.of(KEY)).of(TASK), "task-unified-1757165031-uyujaw3d");
        try (LambdaRuntime runtime = new LambdaRuntime(taskRoot, command, handler, settings)) {
            assertThat(runtime.invoke(event).toString()).contains("\"statusCode\":200");
        } finally {
            store.stop(0);
        }
        try (Stream<String> lines = Files.lines(loaded)) {
            long count =
                    lines.filter(line -> !line.contains("shared objects file")).count();
            System.out.println("a first webhook loads " + count + " classes");
            assertThat(count).isBetween(1_000L, (long) MOST_CLASSES);
        }
    }

    private static void succeed(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(UTF_8));
        }
    }
}
