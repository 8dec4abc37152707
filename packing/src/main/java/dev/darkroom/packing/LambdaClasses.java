package dev.darkroom.packing;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The lambdas of one class: a class for each kind, whose objects know by a number which body is theirs. */
final class LambdaClasses {
    private static final String MAKE = "make";
    private static final String BODY = "body";

    private final ClassDesc owner;
    private final int version;
    private final Map<LambdaSite.Kind, List<LambdaSite>> kinds = new LinkedHashMap<>();
    private final Map<LambdaSite.Kind, ClassDesc> names = new LinkedHashMap<>();

    LambdaClasses(ClassModel model) {
        this.owner = model.thisClass().asSymbol();
        this.version = Math.max(model.majorVersion(), ClassFile.JAVA_11_VERSION);
    }

    /** Makes the object by a plain call where it was left to the JVM. */
    void replace(LambdaSite site, CodeBuilder code) {
        List<LambdaSite> sites = kinds.computeIfAbsent(site.kind(), kind -> new ArrayList<>());
        ClassDesc type = names.computeIfAbsent(site.kind(), kind -> named(names.size()));
        int body = sites.indexOf(site);
        if (body < 0) {
            body = sites.size();
            sites.add(site);
        }
        code.loadConstant(body).invokestatic(type, MAKE, maker(site.kind()));
    }

    private ClassDesc named(int number) {
        return ClassDesc.of(owner.packageName(), owner.displayName() + "$$Lambdas" + number);
    }

    private static MethodTypeDesc maker(LambdaSite.Kind kind) {
        return constructor(kind).changeReturnType(kind.type());
    }

    private static MethodTypeDesc constructor(LambdaSite.Kind kind) {
        List<ClassDesc> parameters = new ArrayList<>(kind.captured());
        parameters.add(CD_int);
        return MethodTypeDesc.of(CD_void, parameters);
    }

    Map<ClassDesc, byte[]> write(ClassFile files, ClassDesc host) {
        Map<ClassDesc, byte[]> written = new LinkedHashMap<>();
        kinds.forEach((kind, sites) -> {
            ClassDesc name = Objects.requireNonNull(names.get(kind));
            written.put(
                    name,
                    files.build(
                            name,
                            type -> fields(type, kind)
                                    .withVersion(version, 0)
                                    .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC)
                                    .withInterfaceSymbols(kind.type())
                                    .with(NestHostAttribute.of(host))
                                    .withMethodBody(
                                            INIT_NAME,
                                            constructor(kind),
                                            ClassFile.ACC_PRIVATE,
                                            code -> construct(code, name, kind))
                                    .withMethodBody(
                                            MAKE, maker(kind), ClassFile.ACC_STATIC, code -> make(code, name, kind))
                                    .withMethodBody(
                                            kind.method(),
                                            kind.erased(),
                                            ClassFile.ACC_PUBLIC,
                                            code -> run(code, name, kind, sites))));
        });
        return written;
    }

    private static ClassBuilder fields(ClassBuilder type, LambdaSite.Kind kind) {
        for (int i = 0; i < kind.captured().size(); i++) {
            type.withField(field(i), kind.captured().get(i), ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
        }
        return type.withField(BODY, CD_int, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
    }

    private static String field(int index) {
        return "captured" + index;
    }

    private static void construct(CodeBuilder code, ClassDesc name, LambdaSite.Kind kind) {
        code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void);
        int slot = 1;
        for (int i = 0; i < kind.captured().size(); i++) {
            ClassDesc type = kind.captured().get(i);
            code.aload(0).loadLocal(TypeKind.from(type), slot).putfield(name, field(i), type);
            slot += TypeKind.from(type).slotSize();
        }
        code.aload(0).iload(slot).putfield(name, BODY, CD_int).return_();
    }

    private static void make(CodeBuilder code, ClassDesc name, LambdaSite.Kind kind) {
        code.new_(name).dup();
        int slot = 0;
        for (ClassDesc type : constructor(kind).parameterList()) {
            code.loadLocal(TypeKind.from(type), slot);
            slot += TypeKind.from(type).slotSize();
        }
        code.invokespecial(name, INIT_NAME, constructor(kind)).areturn();
    }

    private static void run(CodeBuilder code, ClassDesc name, LambdaSite.Kind kind, List<LambdaSite> sites) {
        LambdaSite.CapturedValues captured =
                i -> code.aload(0).getfield(name, field(i), kind.captured().get(i));
        List<Label> labels = sites.stream().map(site -> code.newLabel()).toList();
        if (sites.size() > 1) {
            List<SwitchCase> cases = new ArrayList<>();
            for (int i = 1; i < sites.size(); i++) {
                cases.add(SwitchCase.of(i, labels.get(i)));
            }
            code.aload(0).getfield(name, BODY, CD_int).tableswitch(1, sites.size() - 1, labels.getFirst(), cases);
        }
        for (int i = 0; i < sites.size(); i++) {
            code.labelBinding(labels.get(i));
            sites.get(i).run(code, captured);
        }
    }
}
