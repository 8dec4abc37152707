package dev.darkroom.deployed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The functions' zips from the build, by their handlers. */
public enum FunctionZip {
    SUBMIT("submit-function", "dev.darkroom.submit.SubmitHandler"),
    TASKS("submit-function", "dev.darkroom.tasks.TasksHandler"),
    PAGE("submit-function", "dev.darkroom.page.PageHandler"),
    CALLBACK("callback-function", "dev.darkroom.callback.CallbackHandler"),
    SETTLE("callback-function", "dev.darkroom.settle.SettleHandler"),
    SWEEP("callback-function", "dev.darkroom.sweep.SweepHandler"),
    NOTIFY("callback-function", "dev.darkroom.notify.NotifyHandler"),
    PREVIEW("callback-function", "dev.darkroom.preview.PreviewHandler");

    /** The class that Lambda calls. */
    public final String handler;

    private final String module;

    FunctionZip(String module, String handler) {
        this.module = module;
        this.handler = handler;
    }

    /** As the template names it. */
    public String codeUri() {
        return module + "/target/darkroom-" + word() + ".zip";
    }

    /** Tests and benchmarks run in the folder of their module, beside the functions' modules. */
    public Path file() {
        return Path.of("..", codeUri());
    }

    /** The bill of materials beside it. */
    public Path billOfMaterials() {
        return file().resolveSibling("darkroom-sbom.json");
    }

    public Path sampleEvent() {
        return Path.of("..", "events", (this == TASKS ? "status" : word()) + ".json");
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

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
