package dev.darkroom.testing;

import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts a stack of its own for a test class, or for each test if its field is not static, and stops it at the end. Methods of the class
 * take it as a parameter.
 */
public final class LocalStackExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
    private static final Namespace STACKS = Namespace.create(LocalStackExtension.class);

    private final Options options;

    private LocalStackExtension(Options options) {
        this.options = options;
    }

    /** With the template's settings. */
    public static LocalStackExtension plain() {
        return with(Options.forTests());
    }

    public static LocalStackExtension with(Options options) {
        return new LocalStackExtension(options);
    }

    public static LocalStackExtension with(String setting, String value) {
        return plain().and(setting, value);
    }

    public LocalStackExtension and(String setting, String value) {
        return with(options.with(setting, value));
    }

    /** Returns the stack of this test or test class. */
    public static LocalStack of(ExtensionContext context) {
        ExtensionContext.Store store = context.getStore(STACKS);
        return store.get(store.get(LocalStackExtension.class), LocalStack.class);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        start(context);
    }

    /** A test finds the stack of its class in the store, which closes it. The stack of a nested class hides that of the outer one. */
    private void start(ExtensionContext context) {
        ExtensionContext.Store store = context.getStore(STACKS);
        store.getOrComputeIfAbsent(this, _ -> LocalStack.start(options));
        store.put(LocalStackExtension.class, this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LocalStack.class
                && context.getStore(STACKS).get(LocalStackExtension.class) == this;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return of(context);
    }
}
