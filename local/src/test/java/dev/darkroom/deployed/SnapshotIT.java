package dev.darkroom.deployed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.deployed.LambdaRuntime.Outcome;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
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
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The functions that have SnapStart, as their zips, in the runtime client of Lambda, through a snapshot. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotIT {
    private static final int MOST_CLASSES = 60;

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

    static List<FunctionZip> withSnapStart() {
        return FunctionZip.all().stream()
                .filter(zip -> zip.declared.snapStart())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("withSnapStart")
    void after_its_snapshot_a_function_has_few_classes_left_to_load(FunctionZip function, @TempDir Path folder)
            throws Exception {
        Path taskRoot = Files.createDirectory(folder.resolve("task"));
        function.unpack(taskRoot);
        Path loaded = folder.resolve("classes.log");
        List<String> options = options();
        outside.forgetCalls();
        options.add("-Xlog:class+load:file=" + loaded + ":none:filecount=0");
        try (LambdaRuntime runtime =
                LambdaRuntime.atSnapshot(taskRoot, options, function.handler, outside.settings())) {
            assertThat(outside.calls())
                    .as("calls before the snapshot")
                    .hasSameElementsAs(function.word().equals("page") ? List.of() : List.of(Outside.GREETING));
            assertThat(runtime.output()).contains("\"primed\"").doesNotContain("ERROR");
            outside.forgetCalls();
            runtime.restore();
            List<String> before = classes(loaded);
            Outcome outcome = runtime.invoke(event(function));
            List<String> after = classes(loaded);
            assertThat(outside.calls()).as("what the event does").hasSameElementsAs(calls(function));
            assertThat(after.subList(before.size(), after.size()))
                    .as("classes that the first event loads " + outcome + outside.calls())
                    .hasSizeLessThanOrEqualTo(MOST_CLASSES);
        }
    }

    /**
     * Returns options for a JVM that trusts {@link Outside}, rehearses twice and has one compiler: more rounds and another compiler
     * load no more classes.
     */
    private List<String> options() {
        List<String> options = new ArrayList<>(trust);
        options.add("-Ddarkroom.rehearsal.rounds=2");
        options.add("-XX:TieredStopAtLevel=1");
        return options;
    }

    /** Returns the calls of a complete event. An event that ends early would load few classes and hide a missing rehearsal. */
    private static Set<String> calls(FunctionZip function) {
        return switch (function.word()) {
            case "callback" -> Set.of("UpdateItem");
            case "submit" -> Set.of("TransactWriteItems", "POST /api/generate/submit", "UpdateItem");
            case "tasks" -> Set.of("GetItem");
            case "page" -> Set.of();
            case "settle" ->
                Set.of(
                        "UpdateItem",
                        Outside.STATUS,
                        Outside.RESULT,
                        "PUT /images/images/YWxpY2U/" + Outside.TASK + "/0.webp");
            case "preview" -> Set.of(Outside.PICTURE, "PUT /darkroom-images/previews/" + Outside.KEY + ".jpg");
            default -> throw new AssertionError("say here what a complete event of " + function + " calls");
        };
    }

    private static List<String> classes(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.toList();
        }
    }

    /** Returns the sample event with a valid signature and without its idempotency key, which would find a task in the table. */
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
