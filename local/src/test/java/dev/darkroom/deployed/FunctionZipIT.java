package dev.darkroom.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.local.deployed.FunctionZip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FunctionZipIT {
    /** A fetch and an unpacking of this much cost a cold start little; S3 and DynamoDB make up two thirds. */
    private static final long LARGEST = 16_000_000;

    private static final LocalDateTime BUILT = LocalDateTime.of(2026, 1, 1, 0, 0);

    @ParameterizedTest
    @EnumSource
    void a_zip_holds_exactly_the_libraries_of_its_function(FunctionZip function) throws IOException {
        assertThat(entries(function).stream()
                        .map(ZipEntry::getName)
                        .filter(name -> name.startsWith("lib/") && name.endsWith(".jar"))
                        .map(name -> name.replaceAll("^lib/|-[0-9][^/]*\\.jar$", "")))
                .containsExactlyInAnyOrderElementsOf(function.artifacts());
    }

    @ParameterizedTest
    @EnumSource
    void beside_its_libraries_a_zip_holds_only_classes_of_the_functions(FunctionZip function) throws IOException {
        assertThat(entries(function).stream()
                        .filter(entry -> !entry.isDirectory())
                        .map(ZipEntry::getName)
                        .filter(name -> !name.startsWith("lib/")))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("dev/darkroom/") && name.endsWith(".class"))
                .noneMatch(name -> name.startsWith("dev/darkroom/local/") || name.contains("Test"));
        assertThat(Files.size(function.file())).isLessThan(LARGEST);
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
