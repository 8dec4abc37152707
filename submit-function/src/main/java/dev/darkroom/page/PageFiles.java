package dev.darkroom.page;

import dev.darkroom.task.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page's files, all of them text.
 *
 * @param texts by file name
 * @param version changes with any file; it is part of the files' URLs, so that browsers may cache them for ever
 */
record PageFiles(Map<String, String> texts, String version) {
    private static final String INDEX = "index.html";

    /** By the ending of a file's name. */
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml; charset=utf-8");

    PageFiles {
        texts = Map.copyOf(texts);
    }

    /** One file as a browser gets it. */
    record PageFile(String type, String text) {}

    /** The files directly in a folder. What an editor or a file manager leaves there is none of the page. */
    static PageFiles in(Path folder) {
        TreeMap<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".") && TYPES.containsKey(ending(name))) {
                    texts.put(name, Files.readString(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The page's files cannot be read", e);
        }
        return new PageFiles(texts, Sha256.hex(texts.toString()).substring(0, 12));
    }

    /** The file with this name. The page itself is not one of them. */
    Optional<PageFile> file(String name) {
        String text = name.equals(INDEX) ? null : texts.get(name);
        return text == null ? Optional.empty() : Optional.of(new PageFile(type(name), text));
    }

    /** The page itself, with the URLs of its files and its settings as JSON. */
    PageFile index(String settings) {
        String modules = texts.keySet().stream()
                .filter(name -> name.endsWith(".js"))
                .sorted()
                .map(name -> "<link rel=\"modulepreload\" href=\"/page/" + version + "/" + name + "\">")
                .collect(Collectors.joining("\n  "));
        // "<" could end the element that has the JSON.
        String text = texts.getOrDefault(INDEX, "")
                .replace("{{modules}}", modules)
                .replace("{{version}}", version)
                .replace("{{settings}}", settings.replace("<", "\\u003c"));
        return new PageFile(type(INDEX), text);
    }

    private static String type(String name) {
        return Objects.requireNonNull(TYPES.get(ending(name)));
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
