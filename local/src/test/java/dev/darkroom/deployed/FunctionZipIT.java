package dev.darkroom.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.local.deployed.FunctionZip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FunctionZipIT {
    private static final LocalDateTime BUILT = LocalDateTime.of(2026, 1, 1, 0, 0);

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
        List<String> names = entries(function).stream().map(ZipEntry::getName).toList();
        assertThat(names)
                .contains(
                        function.handler.replace('.', '/') + ".class",
                        "dev/darkroom/start/Start.class",
                        "dev/darkroom/start/IndexedJar.class",
                        "function.jar",
                        "function.index");
        assertThat(names.stream().filter(name -> name.endsWith(".class"))).hasSize(3);
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

    private static List<? extends ZipEntry> entries(FunctionZip function) throws IOException {
        try (ZipFile zip = new ZipFile(function.file().toFile())) {
            return zip.stream().toList();
        }
    }
}
