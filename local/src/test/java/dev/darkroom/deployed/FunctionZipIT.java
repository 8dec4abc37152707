package dev.darkroom.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FunctionZipIT {
    /** The limit on a zip. Lambda downloads and unpacks it before a function's first start. */
    private static final long MOST_BYTES = 16_000_000;

    @Test
    void every_zip_of_the_build_is_a_function_s() throws IOException {
        Set<Path> built = new HashSet<>();
        for (FunctionZip function : FunctionZip.all()) {
            try (DirectoryStream<Path> zips =
                    Files.newDirectoryStream(function.file().resolveSibling(""), "*.zip")) {
                zips.forEach(built::add);
            }
        }
        assertThat(FunctionZip.all()).extracting(FunctionZip::file).containsExactlyInAnyOrderElementsOf(built);
    }

    /** If one of our classes were also in a jar, that copy could be a different version. */
    @ParameterizedTest
    @MethodSource("dev.darkroom.deployed.FunctionZip#all")
    void a_zip_has_our_classes_at_the_root_and_whole_libraries_beside_them(FunctionZip function) throws IOException {
        assertThat(files(function))
                .allMatch(name -> name.matches("dev/darkroom/.*|page/[^/]+|lib/[^/]+-[0-9][^/]*\\.jar"));
        assertThat(files(function)).contains(function.handler.replace('.', '/') + ".class");
        assertThat(files(function)).noneMatch(name -> name.startsWith("lib/darkroom-"));
    }

    @ParameterizedTest
    @MethodSource("dev.darkroom.deployed.FunctionZip#all")
    void nothing_that_a_handler_reaches_is_missing(FunctionZip function, @TempDir Path folder) throws IOException {
        function.unpack(folder);
        assertThat(new ReachableClasses(folder).from(function.handler).missing())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.darkroom.deployed.FunctionZip#all")
    void a_client_of_aws_is_only_in_the_zips_of_functions_that_use_it(FunctionZip function, @TempDir Path folder)
            throws IOException {
        function.unpack(folder);
        Set<String> reached =
                new ReachableClasses(folder).from(function.handler).there();
        List<String> files = files(function);
        for (String service : List.of("dynamodb", "s3")) {
            boolean packed = files.stream().anyMatch(name -> name.startsWith("lib/" + service + "-"));
            boolean used = reached.stream()
                    .anyMatch(name -> name.startsWith("software/amazon/awssdk/services/" + service + "/"));
            assertThat(packed).as(service).isEqualTo(used);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.darkroom.deployed.FunctionZip#all")
    void a_zip_is_no_larger_than_it_may_be(FunctionZip function) throws IOException {
        assertThat(Files.size(function.file())).isLessThanOrEqualTo(MOST_BYTES);
    }

    @ParameterizedTest
    @MethodSource("dev.darkroom.deployed.FunctionZip#all")
    void the_bill_of_materials_names_every_jar_by_its_hash(FunctionZip function, @TempDir Path folder)
            throws Exception {
        function.unpack(folder);
        Json.Obj bill = (Json.Obj) Json.parse(Files.readString(function.billOfMaterials()));
        Map<String, String> known = new HashMap<>();
        for (Json each : bill.items("components")) {
            Json.Obj component = (Json.Obj) each;
            known.put(component.string("name") + "-" + component.string("version") + ".jar", sha256(component));
        }
        Map<String, String> packed = new HashMap<>();
        for (String file : files(function)) {
            if (file.startsWith("lib/")) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(folder.resolve(file)));
                packed.put(file.substring("lib/".length()), HexFormat.of().formatHex(hash));
            }
        }
        assertThat(packed).isNotEmpty();
        assertThat(known).containsAllEntriesOf(packed);
    }

    private static String sha256(Json.Obj component) {
        for (Json each : component.items("hashes")) {
            Json.Obj hash = (Json.Obj) each;
            if ("SHA-256".equals(hash.string("alg"))) {
                return Objects.requireNonNull(hash.string("content"));
            }
        }
        throw new AssertionError("no SHA-256 of " + component.string("name"));
    }

    private static List<String> files(FunctionZip function) throws IOException {
        try (ZipFile zip = new ZipFile(function.file().toFile())) {
            return zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();
        }
    }
}
