package dev.darkroom.deployed;

import dev.darkroom.json.Json;
import dev.darkroom.local.template.Template;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.local.template.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A function's zip from the build, as template.yaml names it. */
public final class FunctionZip {
    /** Tests and benchmarks run in the folder of their module, beside the functions' modules. */
    private static final Path PROJECT = Path.of("..");

    private static final List<FunctionZip> ALL = read();

    /** The function in the template. */
    public final Template.Function declared;

    /** The class that Lambda calls. */
    public final String handler;

    private final String codeUri;

    private FunctionZip(Template.Function declared, String codeUri) {
        this.declared = declared;
        this.handler = declared.handler();
        this.codeUri = codeUri;
    }

    /** Returns the zips of all functions of the template. */
    public static List<FunctionZip> all() {
        return ALL;
    }

    private static List<FunctionZip> read() {
        Path template = PROJECT.resolve("template.yaml");
        Json.Obj resources = Objects.requireNonNull(Yaml.read(template).object("Resources"));
        return TemplateReader.read(template, Map.of(), Map.of("TasksTable", "tasks", "ImagesBucket", "images"))
                .functions()
                .stream()
                .map(function -> new FunctionZip(function, codeUri(resources, function.id())))
                .toList();
    }

    private static String codeUri(Json.Obj resources, String id) {
        Json.Obj properties = Objects.requireNonNull(resources.object(id)).object("Properties");
        return Objects.requireNonNull(Objects.requireNonNull(properties).string("CodeUri"), id);
    }

    /** Returns the zip with this {@link #word}. */
    public static FunctionZip of(String word) {
        return ALL.stream().filter(each -> each.word().equals(word)).findFirst().orElseThrow();
    }

    /** Returns what tells the zip from the others: {@code submit} of {@code darkroom-submit.zip}. */
    public String word() {
        return codeUri.replaceFirst(".*/darkroom-(.*)\\.zip", "$1");
    }

    public Path file() {
        return PROJECT.resolve(codeUri);
    }

    /** The bill of materials beside it. */
    public Path billOfMaterials() {
        return file().resolveSibling("darkroom-sbom.json");
    }

    public Path sampleEvent() {
        return PROJECT.resolve("events").resolve((word().equals("tasks") ? "status" : word()) + ".json");
    }

    /** Unpacks it into an empty folder, as Lambda does into /var/task. */
    public void unpack(Path folder) throws IOException {
        try (ZipFile zip = new ZipFile(file().toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                Path target = folder.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.resolveSibling(""));
                    try (var bytes = zip.getInputStream(entry)) {
                        Files.copy(bytes, target);
                    }
                }
            }
        }
    }

    @Override
    public String toString() {
        return word();
    }
}
