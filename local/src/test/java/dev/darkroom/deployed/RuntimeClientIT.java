package dev.darkroom.deployed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.deployed.LambdaRuntime.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every function, as its zip, in the runtime client of Lambda: an event goes in, the answer comes out. */
class RuntimeClientIT {
    private static final Path CLIENT = Path.of("target", "lambda-runtime").toAbsolutePath();

    @TempDir
    private Path taskRoot;

    @Test
    void the_runtime_hands_over_events_and_answers_one_after_another() throws Exception {
        putEchoHandler();
        try (LambdaRuntime runtime = new LambdaRuntime(taskRoot, CLIENT, EchoHandler.class.getName(), Map.of())) {
            assertThat(runtime.invoke("{\"a\":1}".getBytes(UTF_8))).isEqualTo(new Outcome.Answer("{\"a\":1}"));
            assertThat(runtime.invoke("{\"b\":\"ü\"}".getBytes(UTF_8))).isEqualTo(new Outcome.Answer("{\"b\":\"ü\"}"));
        }
    }

    @Test
    void an_exception_of_a_handler_is_a_failure() throws Exception {
        putEchoHandler();
        try (LambdaRuntime runtime = new LambdaRuntime(taskRoot, CLIENT, EchoHandler.class.getName(), Map.of())) {
            assertThat(runtime.invoke("throw".getBytes(UTF_8)))
                    .isInstanceOfSatisfying(
                            Outcome.Failure.class,
                            failure -> assertThat(failure.body()).contains("as asked"));
        }
    }

    @Test
    void a_handler_that_is_not_in_the_zip_is_a_failure() throws Exception {
        try (LambdaRuntime runtime = new LambdaRuntime(taskRoot, CLIENT, "dev.darkroom.NoSuchHandler", Map.of())) {
            assertThat(runtime.invoke(new byte[0])).isInstanceOf(Outcome.Failure.class);
        }
    }

    private void putEchoHandler() throws IOException {
        String name = EchoHandler.class.getName().replace('.', '/') + ".class";
        Path target = taskRoot.resolve(name);
        Files.createDirectories(target.resolveSibling(""));
        try (InputStream bytes = Objects.requireNonNull(EchoHandler.class.getResourceAsStream("/" + name))) {
            Files.copy(bytes, target);
        }
    }
}
