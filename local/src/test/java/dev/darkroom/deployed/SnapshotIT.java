package dev.darkroom.deployed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.deployed.FunctionZip;
import dev.darkroom.local.deployed.LambdaRuntime;
import dev.darkroom.local.deployed.LambdaRuntime.Outcome;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every function, as its zip, in the runtime client of Lambda, through its snapshot: what the first event still has to load. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotIT {
    private Outside outside;
    private List<String> trust;

    @BeforeAll
    void start(@TempDir Path keys) throws Exception {
        Certificates certificates = new Certificates(keys);
        outside = new Outside(certificates.host("RSA"), certificates.host("EC"));
        trust = certificates.trustOptions();
    }

    @AfterAll
    void stop() {
        outside.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PREVIEW")
    void after_its_snapshot_a_function_has_next_to_no_class_left_to_load(FunctionZip function, @TempDir Path folder)
            throws Exception {
        Path taskRoot = Files.createDirectory(folder.resolve("task"));
        function.unpack(taskRoot);
        Path loaded = folder.resolve("classes.log");
        List<String> options = options();
        outside.forgetCalls();
        options.add("-Xlog:class+load:file=" + loaded + ":none:filecount=0");
        try (LambdaRuntime runtime =
                LambdaRuntime.atSnapshot(taskRoot, options, function.handler, outside.settings())) {
            assertThat(outside.calls()).as("calls before the snapshot").isEmpty();
            assertThat(runtime.output()).contains("\"primed\"").doesNotContain("ERROR");
            runtime.restore();
            List<String> before = classes(loaded);
            Outcome outcome = runtime.invoke(event(function));
            List<String> after = classes(loaded);
            assertThat(outside.calls().stream().filter(call -> !call.equals(Outside.GREETING)))
                    .as("what the event does")
                    .hasSameElementsAs(calls(function));
            assertThat(after.subList(before.size(), after.size()))
                    .as("classes that the first event loads " + outcome + outside.calls())
                    .hasSizeLessThanOrEqualTo(10);
        }
    }

    @Test
    void a_restored_copy_makes_its_first_call_on_the_connection_that_it_opened_ahead(@TempDir Path taskRoot)
            throws Exception {
        FunctionZip.CALLBACK.unpack(taskRoot);
        outside.forgetCalls();
        try (LambdaRuntime runtime =
                LambdaRuntime.atSnapshot(taskRoot, options(), FunctionZip.CALLBACK.handler, outside.settings())) {
            runtime.restore();
            assertItCallsOnTheConnectionOpenedAhead(runtime);
        }
    }

    @Test
    void so_does_a_cold_one_without_a_snapshot(@TempDir Path taskRoot) throws Exception {
        FunctionZip.CALLBACK.unpack(taskRoot);
        String handler = FunctionZip.CALLBACK.handler;
        outside.forgetCalls();
        try (LambdaRuntime runtime =
                new LambdaRuntime(taskRoot, LambdaRuntime.javaCommand(trust, handler), handler, outside.settings())) {
            assertItCallsOnTheConnectionOpenedAhead(runtime);
        }
    }

    private void assertItCallsOnTheConnectionOpenedAhead(LambdaRuntime callback) throws Exception {
        callback.invoke(event(FunctionZip.CALLBACK));
        assertThat(outside.calls()).containsExactly(Outside.GREETING, "UpdateItem");
        assertThat(outside.connections()).isEqualTo(1);
    }

    /** Of a JVM that trusts the outside and rehearses twice: more rounds load nothing more. */
    private List<String> options() {
        List<String> options = new ArrayList<>(trust);
        options.add("-Ddarkroom.rehearsal.rounds=2");
        return options;
    }

    /** All the way: an event that ends early would have little to load. */
    private static Set<String> calls(FunctionZip function) {
        return switch (function) {
            case CALLBACK -> Set.of("UpdateItem");
            case SUBMIT -> Set.of("TransactWriteItems", "POST /api/generate/submit", "UpdateItem");
            case TASKS -> Set.of("GetItem");
            case PAGE, PREVIEW -> Set.of();
            case SWEEP -> Set.of("Query", "UpdateItem");
            case NOTIFY -> Set.of("UpdateItem", "POST /hook");
            case SETTLE ->
                Set.of(
                        "UpdateItem",
                        "GET /api/generate/status/task-unified-1757165031-uyujaw3d",
                        "GET /picture.png",
                        "PUT /images/images/YWxpY2U/" + Outside.TASK + "/0.png");
        };
    }

    private static List<String> classes(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.toList();
        }
    }

    /** The sample, signed as this test's function expects it, and without the key under which the table would know it. */
    private static byte[] event(FunctionZip function) throws IOException, JsonException {
        String event = Files.readString(function.sampleEvent()).replace("idempotency-key", "x-key");
        Json.Obj path = ((Json.Obj) Json.parse(event)).object("pathParameters");
        String signature = path == null ? null : path.string("signature");
        if (path == null || signature == null) {
            return event.getBytes(UTF_8);
        }
        TaskId task = new TaskId(Objects.requireNonNull(path.string("task_id")));
        return event.replace(signature, new CallbackSignature(List.of(Outside.SECRET)).of(task))
                .getBytes(UTF_8);
    }
}
