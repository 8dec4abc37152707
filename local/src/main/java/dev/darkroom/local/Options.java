package dev.darkroom.local;

import dev.darkroom.config.Environment;
import dev.darkroom.local.apidot.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to start the stack.
 *
 * @param sweepEvery null: only {@link LocalStack#sweepNow} sweeps
 * @param functions false: only DynamoDB, S3 and the simulated APIDot run, for functions that run elsewhere, as under {@code sam
 *     local}; no port is taken for the API, nothing reads the stream and nothing sweeps
 * @param settings of the functions, by name; they override what the template gives them
 * @param dataDir the folder that keeps everything between runs; null: everything is in memory
 * @param apiDot the simulated APIDot's pace; its keys and secrets follow from the settings
 */
public record Options(
        Ports ports,
        @Nullable Duration sweepEvery,
        boolean functions,
        Map<String, String> settings,
        Path template,
        @Nullable Path dataDir,
        Settings apiDot) {

    /** Where the servers listen. A port of 0 takes a free one. */
    public record Ports(InetAddress bind, int api, int apiDot, int dynamoDb, int s3) {}

    /** The key that the simulated APIDot accepts unless another is set. */
    public static final String SIMULATED_KEY = "simulated-apidot-key";

    public Options {
        settings = Map.copyOf(settings);
    }

    /** From environment variables, as {@code mvn -Plocal} does. */
    public static Options of(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        return new Options(
                new Ports(
                        address(environment),
                        port(environment, "API_PORT", 3000),
                        port(environment, "APIDOT_PORT", 3001),
                        port(environment, "DYNAMODB_PORT", 8000),
                        port(environment, "S3_PORT", 9000)),
                Duration.ofSeconds(environment.integer("SWEEP_SECONDS", 5, 1, 86_400)),
                environment.flag("RUN_FUNCTIONS", true),
                variables,
                projectTemplate(),
                dataDir(environment),
                Settings.standard(SIMULATED_KEY));
    }

    /** For tests: free ports, a quick APIDot, a sweep only when asked for. */
    public static Options forTests() {
        Ports free = new Ports(InetAddress.getLoopbackAddress(), 0, 0, 0, 0);
        return new Options(free, null, true, Map.of(), projectTemplate(), null, Settings.quick(SIMULATED_KEY));
    }

    /** These options with one setting of the functions set. */
    public Options with(String setting, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(setting, value);
        return new Options(ports, sweepEvery, functions, more, template, dataDir, apiDot);
    }

    public Options withSweepEvery(Duration every) {
        return new Options(ports, every, functions, settings, template, dataDir, apiDot);
    }

    public Options withoutFunctions() {
        return new Options(ports, sweepEvery, false, settings, template, dataDir, apiDot);
    }

    public Options withTemplate(Path file) {
        return new Options(ports, sweepEvery, functions, settings, file, dataDir, apiDot);
    }

    public Options withApiDot(Settings simulated) {
        return new Options(ports, sweepEvery, functions, settings, template, dataDir, simulated);
    }

    public Options withDataDir(Path folder) {
        return new Options(ports, sweepEvery, functions, settings, template, folder, apiDot);
    }

    /** With a real key, pictures cost money, so a folder keeps them. */
    private static @Nullable Path dataDir(Environment environment) {
        String given = environment.optional("DATA_DIR");
        if (given != null) {
            return Path.of(given);
        }
        return environment.optional("APIDOT_API_KEY") == null ? null : Path.of("darkroom-data");
    }

    private static InetAddress address(Environment environment) {
        String given = environment.optional("BIND_ADDRESS");
        try {
            return InetAddress.getByName(given == null ? "127.0.0.1" : given);
        } catch (UnknownHostException e) {
            throw new StackException(
                    "BIND_ADDRESS must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all");
        }
    }

    private static int port(Environment environment, String setting, int otherwise) {
        return (int) environment.integer(setting, otherwise, 0, 65_535);
    }

    /** The project's template, in the working directory or, for a module's directory, above it. */
    private static Path projectTemplate() {
        Path here = Path.of("template.yaml");
        return Files.exists(here) ? here : Path.of("..").resolve(here);
    }
}
