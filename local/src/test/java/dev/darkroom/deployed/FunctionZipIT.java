package dev.darkroom.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.local.deployed.FunctionZip;
import dev.darkroom.local.deployed.LambdaRuntime;
import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FunctionZipIT {
    private static final LocalDateTime BUILT = LocalDateTime.of(2026, 1, 1, 0, 0);

    /** Found by name, or shared with the runtime: the logging, the public suffixes, which trace a call belongs to. */
    private static final String LOOKED_UP =
            "META-INF/services/org.slf4j.spi.SLF4JServiceProvider|org/publicsuffix/.*|software/amazon/awssdk/utilslite/.*";

    /** Of these it takes what its handler reaches: none comes in unseen. */
    @ParameterizedTest
    @EnumSource
    void a_zip_is_made_of_exactly_the_libraries_of_its_function(FunctionZip function) throws IOException {
        try (Stream<Path> jars = Files.list(function.wholeLibraries())) {
            assertThat(jars.map(jar -> jar.getFileName().toString().replaceAll("-[0-9][^/]*\\.jar$", "")))
                    .containsExactlyInAnyOrderElementsOf(function.artifacts());
        }
    }

    @ParameterizedTest
    @EnumSource
    void at_the_root_of_a_zip_lies_only_what_starts_the_function(FunctionZip function) throws IOException {
        assertThat(entries(function).stream().map(ZipEntry::getName).filter(name -> !name.matches(LOOKED_UP)))
                .containsExactlyInAnyOrder(
                        function.handler.replace('.', '/') + ".class",
                        "dev/darkroom/start/Start.class",
                        "dev/darkroom/start/IndexedJar.class",
                        "function.jar",
                        "function.index");
    }

    /** The runtime's loader is asked for what the jar does not have: a class in both would be two classes. */
    @ParameterizedTest
    @EnumSource
    void the_jar_has_no_class_of_the_runtimes(FunctionZip function, @TempDir Path folder) throws IOException {
        Set<String> theirs = new HashSet<>();
        for (String jar : LambdaRuntime.classPath().split(File.pathSeparator, -1)) {
            theirs.addAll(classes(Path.of(jar)).keySet());
        }
        function.unpack(folder);
        assertThat(classes(folder.resolve("function.jar")).keySet())
                .isNotEmpty()
                .doesNotContainAnyElementsOf(theirs);
    }

    /** A JDK that is newer than Lambda's may build, but nothing for itself. */
    @ParameterizedTest
    @EnumSource
    void lambdas_java_can_read_every_class(FunctionZip function, @TempDir Path folder) throws IOException {
        function.unpack(folder);
        for (Path file : List.of(function.file(), folder.resolve("function.jar"))) {
            classes(file)
                    .forEach((name, bytes) -> assertThat(
                                    ClassFile.of().parse(bytes).majorVersion())
                            .as(name)
                            .isLessThanOrEqualTo(ClassFile.JAVA_25_VERSION));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_zip_is_no_larger_than_it_may_be(FunctionZip function) throws IOException {
        assertThat(Files.size(function.file())).isLessThanOrEqualTo(function.largest());
    }

    /** A class that is stored need not be inflated at each cold start, and can be read where the index says. */
    @ParameterizedTest
    @EnumSource
    void all_that_a_function_reaches_lies_in_its_jar_uncompressed(FunctionZip function, @TempDir Path folder)
            throws IOException {
        function.unpack(folder);
        try (ZipFile jar = new ZipFile(folder.resolve("function.jar").toFile())) {
            assertThat(jar.stream())
                    .isNotEmpty()
                    .allMatch(entry -> entry.getMethod() == ZipEntry.STORED)
                    .noneMatch(entry -> entry.getName().startsWith("com/amazonaws/services/lambda/runtime/Context"))
                    .noneMatch(entry -> entry.getName().startsWith("dev/darkroom/local/"))
                    .noneMatch(entry -> entry.getName().matches("dev/darkroom/.*Test.*"));
        }
    }

    /** The same sources give the same bytes only if no entry tells when it was made. */
    @ParameterizedTest
    @EnumSource
    void every_entry_has_the_fixed_time_and_none_stands_twice(FunctionZip function) throws IOException {
        assertThat(entries(function)).allMatch(entry -> entry.getTimeLocal().equals(BUILT));
        assertThat(entries(function).stream().map(ZipEntry::getName)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void nothing_that_a_handler_reaches_is_missing(FunctionZip function, @TempDir Path folder) throws IOException {
        function.unpack(folder);
        assertThat(new ReachableClasses(folder).missingFrom(function.handler)).isEmpty();
    }

    /** Their files by their names. */
    private static Map<String, byte[]> classes(Path jar) throws IOException {
        Map<String, byte[]> classes = new HashMap<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                String name = entry.getName();
                if (name.endsWith(".class") && !name.endsWith("module-info.class")) {
                    classes.put(name, zip.getInputStream(entry).readAllBytes());
                }
            }
        }
        return classes;
    }

    private static List<? extends ZipEntry> entries(FunctionZip function) throws IOException {
        try (ZipFile zip = new ZipFile(function.file().toFile())) {
            return zip.stream().toList();
        }
    }
}
