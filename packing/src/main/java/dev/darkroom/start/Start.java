package dev.darkroom.start;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;

/**
 * What Lambda calls in a function's zip. The build gives each zip a subclass with the handler's name and nothing in it; the handler
 * of that name is in the jar, and its loader is {@link IndexedJar}.
 */
public abstract class Start implements RequestStreamHandler {
    /** Of all the classes that the function can reach, and the index of it, beside each other at the root. */
    public static final String JAR = "function.jar";

    public static final String INDEX = "function.index";

    private final RequestStreamHandler handler;

    protected Start() throws IOException, ReflectiveOperationException {
        String root = System.getenv("LAMBDA_TASK_ROOT") + "/";
        ClassLoader classes = new IndexedJar(root + JAR, root + INDEX, Start.class.getClassLoader());
        // Who looks something up by the thread's loader finds what the handler finds.
        Thread.currentThread().setContextClassLoader(classes);
        handler = handler(classes.loadClass(getClass().getName()));
    }

    static RequestStreamHandler handler(Class<?> type) throws ReflectiveOperationException {
        try {
            return (RequestStreamHandler) type.getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            // What keeps a handler from being made, a missing setting say, is told as the handler tells it.
            switch (e.getCause()) {
                case RuntimeException told -> throw told;
                case Error told -> throw told;
                case null, default -> throw e;
            }
        }
    }

    @Override
    public final void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        handler.handleRequest(event, answer, context);
    }
}
