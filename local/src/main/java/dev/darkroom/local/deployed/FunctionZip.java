package dev.darkroom.local.deployed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The packages as the build left them, by the handler that each is for. */
public enum FunctionZip {
    SUBMIT("submit-function", "dev.darkroom.submit.SubmitHandler"),
    TASKS("submit-function", "dev.darkroom.tasks.TasksHandler"),
    CALLBACK("callback-function", "dev.darkroom.callback.CallbackHandler"),
    SETTLE("callback-function", "dev.darkroom.settle.SettleHandler"),
    SWEEP("callback-function", "dev.darkroom.sweep.SweepHandler"),
    NOTIFY("callback-function", "dev.darkroom.notify.NotifyHandler");

    private static final List<String> BASE =
            List.of("aws-lambda-java-core", "aws-lambda-java-events", "crac", "jackson-core");
    private static final List<String> STORE = List.of(
            "auth",
            "aws-core",
            "aws-json-protocol",
            "checksums",
            "checksums-spi",
            "dynamodb",
            "endpoints-spi",
            "eventstream",
            "http-auth",
            "http-auth-aws",
            "http-auth-aws-eventstream",
            "http-auth-spi",
            "http-client-spi",
            "identity-spi",
            "json-utils",
            "metrics-spi",
            "profiles",
            "protocol-core",
            "reactive-streams",
            "regions",
            "retries",
            "retries-spi",
            "sdk-core",
            "slf4j-api",
            "slf4j-nop",
            "third-party-jackson-core",
            "url-connection-client",
            "utils",
            "utils-lite");
    private static final List<String> MEDIA =
            List.of("arns", "aws-query-protocol", "aws-xml-protocol", "crt-core", "s3");
    private static final List<String> HTTP = List.of("httpclient5", "httpcore5", "httpcore5-h2");

    /** The class that Lambda calls. */
    public final String handler;

    private final String module;

    FunctionZip(String module, String handler) {
        this.module = module;
        this.handler = handler;
    }

    /** The libraries that the function may have, by artifact: an allow-list, so that none comes in unseen. */
    public List<String> artifacts() {
        return Stream.concat(
                        Stream.of(BASE),
                        switch (this) {
                            case CALLBACK, SWEEP -> Stream.of(STORE);
                            case TASKS -> Stream.of(STORE, MEDIA);
                            case SUBMIT -> Stream.of(STORE, HTTP);
                            case SETTLE, NOTIFY -> Stream.of(STORE, MEDIA, HTTP);
                        })
                .flatMap(List::stream)
                .toList();
    }

    /** Bytes that its zip may have, with some room for growth: fetching and unpacking it is part of a cold start. */
    public long largest() {
        return switch (this) {
            case CALLBACK, SWEEP -> 2_500_000;
            case SUBMIT, TASKS -> 3_500_000;
            case SETTLE, NOTIFY -> 4_500_000;
        };
    }

    /** Tests and benchmarks run in the folder of their module, beside the functions' modules. */
    public Path file() {
        return Path.of("..", module, "target", word() + ".zip");
    }

    /** What the zip was made of: its libraries before anything was left out. */
    public Path wholeLibraries() {
        return Path.of("..", module, "target", "whole", word(), "lib");
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
