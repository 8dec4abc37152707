package dev.darkroom.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.start.IndexedJar;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexedJarTest {
    @TempDir
    private Path folder;

    @Test
    void each_class_of_the_jar_is_found_and_none_besides() throws Exception {
        String[] names =
                IntStream.range(0, 1_000).mapToObj(i -> "some.library.Type" + i).toArray(String[]::new);
        ClassLoader jar = jar(names);
        for (String name : names) {
            Class<?> loaded = jar.loadClass(name);
            assertThat(loaded.getName()).isEqualTo(name);
            assertThat(loaded.getClassLoader()).isSameAs(jar);
            assertThat(jar.loadClass(name)).isSameAs(loaded);
        }
        assertThatThrownBy(() -> jar.loadClass("some.library.Type1000")).isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void names_of_one_hash_are_told_apart() throws Exception {
        assertThat("a.AaAa".hashCode()).isEqualTo("a.BBBB".hashCode()).isEqualTo("a.AaBB".hashCode());
        ClassLoader jar = jar("a.AaAa", "a.BBBB");
        assertThat(jar.loadClass("a.AaAa").getName()).isEqualTo("a.AaAa");
        assertThat(jar.loadClass("a.BBBB").getName()).isEqualTo("a.BBBB");
        assertThatThrownBy(() -> jar.loadClass("a.AaBB")).isInstanceOf(ClassNotFoundException.class);
    }

    /** As the handler's own name is at the root of a zip. */
    @Test
    void a_class_of_the_jar_goes_before_the_parents() throws Exception {
        String name = IndexedJarTest.class.getName();
        assertThat(jar(name).loadClass(name)).isNotEqualTo(IndexedJarTest.class);
    }

    @Test
    void what_the_jar_does_not_have_is_the_parents() throws Exception {
        ClassLoader jar = jar("a.Type");
        assertThat(jar.loadClass(IndexedJarTest.class.getName())).isEqualTo(IndexedJarTest.class);
        assertThat(jar.loadClass("java.lang.String")).isEqualTo(String.class);
        assertThat(jar.getResource(IndexedJar.entry(IndexedJarTest.class.getName())))
                .isNotNull();
    }

    @Test
    void threads_that_ask_at_once_get_one_class() throws Exception {
        String[] names = IntStream.range(0, 200).mapToObj(i -> "a.Type" + i).toArray(String[]::new);
        ClassLoader jar = jar(names);
        Callable<Class<?>[]> all = () -> Stream.of(names)
                .map(name -> {
                    try {
                        return jar.loadClass(name);
                    } catch (ClassNotFoundException e) {
                        throw new AssertionError(e);
                    }
                })
                .toArray(Class<?>[]::new);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Class<?>[]>> taken =
                    threads.invokeAll(Stream.generate(() -> all).limit(8).toList());
            for (Future<Class<?>[]> each : taken) {
                assertThat(each.get()).containsExactly(taken.getFirst().get());
            }
        }
    }

    /** Of classes with nothing in them, and of a file that is none. */
    private ClassLoader jar(String... names) throws Exception {
        Map<String, byte[]> entries = new TreeMap<>();
        for (String name : names) {
            entries.put(IndexedJar.entry(name), ClassFile.of().build(ClassDesc.of(name), type -> {}));
        }
        entries.put("META-INF/notice.txt", "no class".getBytes(StandardCharsets.UTF_8));
        return Packed.loader(entries, folder, IndexedJarTest.class.getClassLoader());
    }
}
