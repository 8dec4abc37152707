package dev.darkroom.packing;

import java.io.ByteArrayInputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.CompoundElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Turns what the JVM would make at run time - the classes of lambda expressions, and what a switch over types asks - into code that
 * is there already. All lambdas of one class and one kind share a class, so that a start loads a few instead of several hundred.
 * What is not understood stays as it was.
 */
final class CallSites {
    static final String CLASS = ".class";

    /** From this version on a class may belong to a nest, and so reach private lambda bodies. */
    private static final int NESTS = ClassFile.JAVA_11_VERSION;

    private final ClassFile files;
    private final Map<String, byte[]> done = new TreeMap<>();
    private final Map<ClassDesc, List<ClassDesc>> newMembers =
            new TreeMap<>(Comparator.comparing(ClassDesc::descriptorString));

    private CallSites(Map<String, byte[]> classes) {
        // Parts of libraries that no function has are unknown; the verifier asks of them no more than of any interface.
        ClassHierarchyResolver known = ClassHierarchyResolver.ofResourceParsing(name -> {
                    byte[] bytes = classes.get(path(name));
                    return bytes == null ? null : new ByteArrayInputStream(bytes);
                })
                .orElse(ClassHierarchyResolver.defaultResolver())
                .orElse(name -> ClassHierarchyInfo.ofInterface());
        this.files = ClassFile.of(ClassHierarchyResolverOption.of(known));
    }

    /** The same files, and some classes more. */
    static Map<String, byte[]> resolved(Map<String, byte[]> files) {
        CallSites sites = new CallSites(files);
        files.forEach((name, bytes) -> {
            if (name.endsWith(CLASS)) {
                sites.rewrite(name, bytes);
            } else {
                sites.done.put(name, bytes);
            }
        });
        sites.newMembers.forEach(sites::admit);
        return sites.done;
    }

    private static String path(ClassDesc name) {
        String descriptor = name.descriptorString();
        return descriptor.substring(1, descriptor.length() - 1) + CLASS;
    }

    private void rewrite(String name, byte[] bytes) {
        ClassModel model = files.parse(bytes);
        if (model.methods().stream().flatMap(CallSites::calls).findAny().isEmpty()) {
            done.put(name, bytes);
            return;
        }
        LambdaClasses lambdas = new LambdaClasses(model);
        TypeSwitches switches = new TypeSwitches(model);
        ClassTransform each = (builder, element) -> {
            if (element instanceof MethodModel method && calls(method).findAny().isPresent()) {
                builder.transformMethod(method, MethodTransform.transformingCode(site(lambdas, switches)));
            } else {
                builder.with(element);
            }
        };
        done.put(name, files.transformClass(model, each.andThen(ClassTransform.endHandler(switches::write))));
        Map<ClassDesc, byte[]> made = lambdas.write(files, host(model));
        made.forEach((type, code) -> done.put(path(type), code));
        if (!made.isEmpty()) {
            newMembers.computeIfAbsent(host(model), host -> new ArrayList<>()).addAll(made.keySet());
        }
    }

    private static CodeTransform site(LambdaClasses lambdas, TypeSwitches switches) {
        return (builder, element) -> {
            if (element instanceof InvokeDynamicInstruction call) {
                Optional<LambdaSite> lambda = LambdaSite.of(call);
                if (lambda.isPresent()) {
                    lambdas.replace(lambda.get(), builder);
                    return;
                }
                if (TypeSwitches.understands(call)) {
                    switches.replace(call, builder);
                    return;
                }
            }
            builder.with(element);
        };
    }

    private static Stream<InvokeDynamicInstruction> calls(MethodModel method) {
        return method.code().stream()
                .flatMap(CompoundElement::elementStream)
                .filter(InvokeDynamicInstruction.class::isInstance)
                .map(InvokeDynamicInstruction.class::cast)
                .filter(call -> LambdaSite.of(call).isPresent() || TypeSwitches.understands(call));
    }

    private static ClassDesc host(ClassModel model) {
        return model.findAttribute(Attributes.nestHost())
                .map(nest -> nest.nestHost().asSymbol())
                .orElse(model.thisClass().asSymbol());
    }

    /** Puts new classes into a class's nest. */
    private void admit(ClassDesc host, List<ClassDesc> members) {
        ClassModel model = files.parse(done.get(path(host)));
        List<ClassDesc> all = new ArrayList<>();
        model.findAttribute(Attributes.nestMembers())
                .ifPresent(nest -> nest.nestMembers().forEach(member -> all.add(member.asSymbol())));
        all.addAll(members);
        ClassTransform nest = (builder, element) -> {
            switch (element) {
                case NestMembersAttribute old -> {}
                case ClassFileVersion version when version.majorVersion() < NESTS -> builder.withVersion(NESTS, 0);
                default -> builder.with(element);
            }
        };
        done.put(
                path(host),
                files.transformClass(
                        model,
                        nest.andThen(ClassTransform.endHandler(
                                builder -> builder.with(NestMembersAttribute.ofSymbols(all))))));
    }
}
