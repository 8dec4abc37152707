package dev.darkroom.packing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The JDK's own classes as a jar: a JDK need not have them in any form that other tools read. */
final class Platform {
    /** What the libraries refer to. */
    private static final List<String> MODULES = List.of(
            "java.base",
            "java.desktop",
            "java.logging",
            "java.management",
            "java.naming",
            "java.security.jgss",
            "java.xml");

    private Platform() {}

    static void write(Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.setLevel(1);
            for (String module : MODULES) {
                Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules", module);
                try (var files = Files.walk(root)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        String name = root.relativize(file).toString();
                        if (name.endsWith(".class") && !name.equals("module-info.class")) {
                            out.putNextEntry(new ZipEntry(name));
                            Files.copy(file, out);
                        }
                    }
                }
            }
        }
    }
}
