package dev.darkroom.packing;

import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A place where a lambda expression or a method reference becomes an object.
 *
 * @param kind what its objects are and hold
 * @param body the method that runs
 * @param types those of the interface's method as they are known here
 */
record LambdaSite(Kind kind, DirectMethodHandleDesc body, MethodTypeDesc types) {
    private static final String FACTORY = "Ljava/lang/invoke/LambdaMetafactory;";
    private static final Map<ClassDesc, ClassDesc> BOXES = Map.of(
            ConstantDescs.CD_boolean, ConstantDescs.CD_Boolean,
            ConstantDescs.CD_byte, ConstantDescs.CD_Byte,
            ConstantDescs.CD_char, ConstantDescs.CD_Character,
            ConstantDescs.CD_short, ConstantDescs.CD_Short,
            ConstantDescs.CD_int, ConstantDescs.CD_Integer,
            ConstantDescs.CD_long, ConstantDescs.CD_Long,
            ConstantDescs.CD_float, ConstantDescs.CD_Float,
            ConstantDescs.CD_double, ConstantDescs.CD_Double);

    /**
     * Lambdas of one kind differ in their bodies only.
     *
     * @param captured types of what an object holds
     * @param method name of the interface's one method
     * @param erased its types in the interface
     */
    record Kind(ClassDesc type, List<ClassDesc> captured, String method, MethodTypeDesc erased) {}

    /** What is not a lambda, or one with more than one interface or method, is left to the JVM. */
    static Optional<LambdaSite> of(InvokeDynamicInstruction call) {
        DirectMethodHandleDesc factory = call.bootstrapMethod();
        List<ConstantDesc> arguments = call.bootstrapArgs();
        if (!factory.owner().descriptorString().equals(FACTORY)
                || !factory.methodName().equals("metafactory")
                || !(arguments.get(0) instanceof MethodTypeDesc erased)
                || !(arguments.get(1) instanceof DirectMethodHandleDesc body)
                || !(arguments.get(2) instanceof MethodTypeDesc types)) {
            return Optional.empty();
        }
        MethodTypeDesc made = call.typeSymbol();
        Kind kind =
                new Kind(made.returnType(), made.parameterList(), call.name().stringValue(), erased);
        LambdaSite site = new LambdaSite(kind, body, types);
        return site.isUnderstood() ? Optional.of(site) : Optional.empty();
    }

    /** All that is handed to the body: what was captured, then the arguments as they are known here. */
    private List<ClassDesc> given() {
        List<ClassDesc> given = new ArrayList<>(kind.captured);
        given.addAll(types.parameterList());
        return given;
    }

    private boolean makesObject() {
        return body.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
    }

    /** As the body takes it, a receiver first. */
    private List<ClassDesc> taken() {
        List<ClassDesc> taken = new ArrayList<>();
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(body.lookupDescriptor());
        switch (body.kind()) {
            case STATIC, INTERFACE_STATIC, CONSTRUCTOR -> {}
            default -> taken.add(body.owner());
        }
        taken.addAll(type.parameterList());
        return taken;
    }

    private ClassDesc result() {
        return makesObject()
                ? body.owner()
                : MethodTypeDesc.ofDescriptor(body.lookupDescriptor()).returnType();
    }

    private boolean isUnderstood() {
        return switch (body.kind()) {
            case STATIC, INTERFACE_STATIC, VIRTUAL, INTERFACE_VIRTUAL, SPECIAL, INTERFACE_SPECIAL, CONSTRUCTOR -> {
                List<ClassDesc> given = given();
                List<ClassDesc> taken = taken();
                boolean fits = given.size() == taken.size()
                        && fits(result(), types.returnType())
                        && types.returnType().isPrimitive()
                                == kind.erased.returnType().isPrimitive();
                for (int i = 0; fits && i < given.size(); i++) {
                    fits = fits(given.get(i), taken.get(i));
                }
                for (int i = 0; fits && i < types.parameterCount(); i++) {
                    fits = types.parameterType(i).isPrimitive()
                            == kind.erased.parameterType(i).isPrimitive();
                }
                yield fits && !body.owner().isArray();
            }
            default -> false;
        };
    }

    /** One becomes the other by itself, by a cast, in a box or out of it; a number as another number is left to the JVM. */
    private static boolean fits(ClassDesc from, ClassDesc to) {
        if (to.equals(CD_void) || from.equals(to)) {
            return true;
        }
        if (from.isPrimitive()) {
            return !to.isPrimitive() && !from.equals(CD_void);
        }
        return !to.isPrimitive() || from.equals(BOXES.get(to));
    }

    /** Runs the body with what is captured, which the caller puts on the stack, and the method's arguments; returns its result. */
    void run(CodeBuilder code, CapturedValues captured) {
        if (makesObject()) {
            code.new_(body.owner()).dup();
        }
        List<ClassDesc> given = given();
        List<ClassDesc> taken = taken();
        int slot = 1;
        for (int i = 0; i < given.size(); i++) {
            int argument = i - kind.captured.size();
            if (argument < 0) {
                captured.load(i);
                convert(code, given.get(i), taken.get(i));
            } else {
                ClassDesc erased = kind.erased.parameterType(argument);
                code.loadLocal(TypeKind.from(erased), slot);
                slot += TypeKind.from(erased).slotSize();
                if (erased.isPrimitive()) {
                    convert(code, erased, taken.get(i));
                } else if (taken.get(i).isPrimitive()) {
                    cast(code, erased, given.get(i));
                    convert(code, given.get(i), taken.get(i));
                } else {
                    cast(code, erased, taken.get(i));
                }
            }
        }
        call(code);
        if (types.returnType().equals(CD_void)) {
            if (!result().equals(CD_void)) {
                if (TypeKind.from(result()).slotSize() == 2) {
                    code.pop2();
                } else {
                    code.pop();
                }
            }
            code.return_();
        } else {
            convert(code, result(), kind.erased.returnType());
            code.return_(TypeKind.from(kind.erased.returnType()));
        }
    }

    private void call(CodeBuilder code) {
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(body.lookupDescriptor());
        switch (body.kind()) {
            case STATIC, INTERFACE_STATIC ->
                code.invokestatic(body.owner(), body.methodName(), type, body.isOwnerInterface());
            case CONSTRUCTOR -> code.invokespecial(body.owner(), "<init>", type);
            default -> {
                if (body.isOwnerInterface()) {
                    code.invokeinterface(body.owner(), body.methodName(), type);
                } else {
                    code.invokevirtual(body.owner(), body.methodName(), type);
                }
            }
        }
    }

    private static void convert(CodeBuilder code, ClassDesc from, ClassDesc to) {
        if (from.equals(to)) {
            return;
        }
        if (from.isPrimitive()) {
            ClassDesc box = BOXES.get(from);
            code.invokestatic(box, "valueOf", MethodTypeDesc.of(box, from));
        } else if (to.isPrimitive()) {
            code.invokevirtual(from, to.displayName() + "Value", MethodTypeDesc.of(to));
        } else {
            cast(code, from, to);
        }
    }

    private static void cast(CodeBuilder code, ClassDesc from, ClassDesc to) {
        if (!from.equals(to) && !to.equals(ConstantDescs.CD_Object)) {
            code.checkcast(to);
        }
    }

    /** Puts what an object holds on the stack. */
    interface CapturedValues {
        void load(int index);
    }
}
