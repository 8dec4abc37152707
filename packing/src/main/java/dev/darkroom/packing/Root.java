package dev.darkroom.packing;

import dev.darkroom.start.IndexedJar;
import dev.darkroom.start.Start;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The classes at the root of a zip, where Lambda's own loader finds them. */
final class Root {
    /** Lambda's, whatever JDK builds. */
    private static final int RUNTIME = ClassFile.JAVA_25_VERSION;

    private static final List<Class<?>> START = List.of(Start.class, IndexedJar.class);

    private Root() {}

    /** By the names of their files. */
    static Map<String, byte[]> of(String handler) throws IOException {
        Map<String, byte[]> classes = new TreeMap<>();
        for (Class<?> each : START) {
            classes.put(IndexedJar.entry(each.getName()), compiled(each));
        }
        classes.put(IndexedJar.entry(handler), start(handler));
        return classes;
    }

    /** The file of a class that is on the class path. */
    static byte[] compiled(Class<?> type) throws IOException {
        String file = "/" + IndexedJar.entry(type.getName());
        try (InputStream bytes = Objects.requireNonNull(type.getResourceAsStream(file))) {
            return bytes.readAllBytes();
        }
    }

    /** A {@link Start} with the handler's name. */
    private static byte[] start(String handler) {
        ClassDesc start = Start.class.describeConstable().orElseThrow();
        return ClassFile.of()
                .build(
                        ClassDesc.of(handler),
                        type -> type.withVersion(RUNTIME, 0)
                                .withSuperclass(start)
                                .withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(start, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                                                .return_()));
    }
}
