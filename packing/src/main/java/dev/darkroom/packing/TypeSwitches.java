package dev.darkroom.packing;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;

/** The switches over types of one class: each becomes a method that asks for one type after another. */
final class TypeSwitches {
    private static final String FACTORY = "Ljava/lang/runtime/SwitchBootstraps;";

    private final ClassDesc owner;
    private final boolean isInterface;
    private final List<Asked> switches = new ArrayList<>();

    private record Asked(MethodTypeDesc types, List<ClassDesc> labels) {}

    TypeSwitches(ClassModel model) {
        this.owner = model.thisClass().asSymbol();
        this.isInterface = model.flags().has(AccessFlag.INTERFACE);
    }

    /** Constants among the labels are left to the JVM. */
    static boolean understands(InvokeDynamicInstruction call) {
        DirectMethodHandleDesc factory = call.bootstrapMethod();
        return factory.owner().descriptorString().equals(FACTORY)
                && factory.methodName().equals("typeSwitch")
                && call.bootstrapArgs().stream()
                        .allMatch(label -> label instanceof ClassDesc type && !type.isPrimitive());
    }

    void replace(InvokeDynamicInstruction call, CodeBuilder code) {
        List<ClassDesc> labels =
                call.bootstrapArgs().stream().map(ClassDesc.class::cast).toList();
        Asked asked = new Asked(call.typeSymbol(), labels);
        if (!switches.contains(asked)) {
            switches.add(asked);
        }
        code.invokestatic(owner, name(switches.indexOf(asked)), call.typeSymbol(), isInterface);
    }

    private static String name(int number) {
        return "typeSwitch$" + number;
    }

    void write(ClassBuilder type) {
        for (int i = 0; i < switches.size(); i++) {
            Asked asked = switches.get(i);
            type.withMethodBody(
                    name(i),
                    asked.types,
                    ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                    code -> ask(code, asked.labels));
        }
    }

    /** As {@code SwitchBootstraps.typeSwitch} says: -1 for null, else the first label that fits from the given one on, or their number. */
    private static void ask(CodeBuilder code, List<ClassDesc> labels) {
        Label some = code.newLabel();
        code.aload(0).ifnonnull(some).loadConstant(-1).ireturn().labelBinding(some);
        for (int i = 0; i < labels.size(); i++) {
            Label next = code.newLabel();
            code.iload(1).loadConstant(i).if_icmpgt(next);
            code.aload(0)
                    .instanceOf(labels.get(i))
                    .ifeq(next)
                    .loadConstant(i)
                    .ireturn()
                    .labelBinding(next);
        }
        code.loadConstant(labels.size()).ireturn();
    }
}
