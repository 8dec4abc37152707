package dev.darkroom.packing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.start.IndexedJar;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link Sites} before and after. */
class CallSitesTest {
    @Test
    void code_without_call_sites_does_what_it_did(@TempDir Path folder) throws Exception {
        Map<String, byte[]> before = compiled();
        Map<String, byte[]> after = CallSites.resolved(before);
        assertThat(callSites(before)).isGreaterThanOrEqualTo(20);
        assertThat(callSites(after))
                .as("a serializable lambda, what reads it back, a switch that names a constant")
                .isEqualTo(3);
        assertThat(results(after, folder)).isEqualTo(new Sites().call()).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void lambdas_of_one_kind_share_a_class() throws Exception {
        Map<String, byte[]> after = CallSites.resolved(compiled());
        long made = after.keySet().stream()
                .filter(name -> name.contains("$$Lambdas"))
                .count();
        assertThat(made).isPositive().isLessThan(callSites(compiled()));
    }

    @Test
    void the_same_code_gives_the_same_bytes() throws Exception {
        Map<String, byte[]> once = CallSites.resolved(compiled());
        Map<String, byte[]> again = CallSites.resolved(compiled());
        assertThat(again.keySet()).isEqualTo(once.keySet());
        once.forEach((name, bytes) -> assertThat(again.get(name)).as(name).isEqualTo(bytes));
    }

    @SuppressWarnings("unchecked")
    private static List<Object> results(Map<String, byte[]> classes, Path folder) throws Exception {
        ClassLoader loader = Packed.loader(classes, folder, ClassLoader.getPlatformClassLoader());
        Class<?> sites = loader.loadClass(Sites.class.getName());
        assertThat(sites).isNotEqualTo(Sites.class);
        return ((Callable<List<Object>>) sites.getConstructor().newInstance()).call();
    }

    private static Map<String, byte[]> compiled() throws IOException {
        Map<String, byte[]> classes = new TreeMap<>();
        for (Class<?> type : Sites.ALL) {
            classes.put(IndexedJar.entry(type.getName()), Root.compiled(type));
        }
        return classes;
    }

    /** Those of records, for equals and the like, are not meant. */
    private static long callSites(Map<String, byte[]> classes) {
        return classes.values().stream()
                .flatMap(bytes -> ClassFile.of().parse(bytes).methods().stream())
                .flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream())
                .filter(InvokeDynamicInstruction.class::isInstance)
                .map(call -> ((InvokeDynamicInstruction) call)
                        .bootstrapMethod()
                        .owner()
                        .displayName())
                .filter(List.of("LambdaMetafactory", "SwitchBootstraps")::contains)
                .count();
    }
}
