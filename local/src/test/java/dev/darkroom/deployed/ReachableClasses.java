package dev.darkroom.deployed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Follows the references between our own classes in an unpacked zip. Checks that referenced library classes exist, but does not follow
 * them: many of their own references are optional.
 */
final class ReachableClasses {
    private static final String OURS = "dev/darkroom/";

    private final List<URL> classPath = new ArrayList<>();

    ReachableClasses(Path taskRoot) throws IOException {
        classPath.add(taskRoot.toUri().toURL());
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(taskRoot.resolve("lib"))) {
            for (Path jar : jars) {
                classPath.add(jar.toUri().toURL());
            }
        }
    }

    /**
     * What a class reaches.
     *
     * @param missing classes that are not there, each with a class that refers to it
     * @param there all other classes, by their internal names
     */
    record Reached(Set<String> missing, Set<String> there) {}

    Reached from(String className) throws IOException {
        Set<String> missing = new TreeSet<>();
        Set<String> there = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(className.replace('.', '/')));
        try (URLClassLoader zip =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            while (!open.isEmpty()) {
                String next = open.pop();
                for (String referred : references(zip, next)) {
                    if (zip.getResource(referred + ".class") == null) {
                        missing.add(referred + ", referred to by " + next);
                    } else if (there.add(referred) && referred.startsWith(OURS)) {
                        open.push(referred);
                    }
                }
            }
        }
        return new Reached(missing, there);
    }

    private static Set<String> references(URLClassLoader zip, String name) {
        Set<String> found = new HashSet<>();
        try (InputStream bytes = zip.getResourceAsStream(name + ".class")) {
            if (bytes == null) {
                return Set.of();
            }
            for (PoolEntry entry : ClassFile.of().parse(bytes.readAllBytes()).constantPool()) {
                if (entry instanceof ClassEntry type) {
                    String internal = type.asInternalName();
                    String element = internal.startsWith("[") ? internal.replaceAll("^\\[+(L)?|;$", "") : internal;
                    if (element.length() > 1) {
                        found.add(element);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
