package dev.darkroom.packing;

import dev.darkroom.start.Start;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import proguard.Configuration;
import proguard.ConfigurationParser;
import proguard.ParseException;
import proguard.ProGuard;

/**
 * {@code Pack TARGET HANDLER...}: {@code TARGET/whole/submit} is, for the handler {@code a.b.SubmitHandler}, what its zip would
 * be without shrinking: classes at the root, whole libraries in {@code lib}. What the handler can reach of them becomes
 * {@code TARGET/submit.zip}, as one jar and what {@link Start} needs to start it.
 */
public final class Pack {
    /** Beside classes: which logging there is, and which suffixes are public, so that a certificate cannot be for them all. */
    private static final String FILES = "!META-INF/versions/**,!module-info.class,**.class,"
            + "META-INF/services/org.slf4j.spi.SLF4JServiceProvider,org/publicsuffix/**";

    private final Path target;
    private final Path platform;

    private Pack(Path target, Path platform) {
        this.target = target;
        this.platform = platform;
    }

    public static void main(String[] arguments) throws Exception {
        Path target = Path.of(arguments[0]);
        Path platform = target.resolve("platform.jar");
        Platform.write(platform);
        Pack pack = new Pack(target, platform);
        for (int i = 1; i < arguments.length; i++) {
            pack.pack(arguments[i]);
        }
        Files.delete(platform);
    }

    private void pack(String handler) throws Exception {
        String name = handler.substring(handler.lastIndexOf('.') + 1)
                .replaceAll("Handler$", "")
                .toLowerCase(Locale.ROOT);
        Path reached = Files.createDirectories(target.resolve("reached")).resolve(name + ".jar");
        shrink(handler, target.resolve("whole").resolve(name), reached);
        ZipWriter.write(reached, handler, target.resolve(name + ".zip"));
    }

    /** Lambda's own interfaces are there already, where the runtime is: another copy could only differ from it. */
    private void shrink(String handler, Path whole, Path reached) throws Exception {
        String files = """
            -injars '%1$s'(!**.jar;**.class)
            -injars '%1$s/lib'(!**aws-lambda-java-core-*.jar;%5$s)
            -outjars '%2$s'
            -libraryjars '%1$s/lib'(**aws-lambda-java-core-*.jar;)
            -libraryjars '%3$s'
            -keep class %4$s { public <init>(); }
            """.formatted(whole, reached, platform, handler, FILES);
        Configuration configuration = new Configuration();
        parse(files + rules(), configuration);
        new ProGuard(configuration).execute();
    }

    private static void parse(String options, Configuration configuration) throws IOException, ParseException {
        try (ConfigurationParser parser =
                new ConfigurationParser(options, "the packing of a function", null, new Properties())) {
            parser.parse(configuration);
        }
    }

    private static String rules() throws IOException {
        try (InputStream rules = Objects.requireNonNull(Pack.class.getResourceAsStream("keep.pro"))) {
            return new String(rules.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
