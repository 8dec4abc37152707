package dev.darkroom.local.function;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.local.template.Template;
import dev.darkroom.local.template.TemplateException;
import dev.darkroom.log.Log;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One function of the template: its handler, made by the constructor that takes the environment, and called with streams of JSON
 * as the Lambda runtime does. Thread-safe if the handler is. Unlike on Lambda, one handler serves many calls at once, so shared
 * state in a handler shows here first.
 */
public final class LocalFunction {
    private final Template.Function declared;
    private final RequestStreamHandler handler;

    private LocalFunction(Template.Function declared, RequestStreamHandler handler) {
        this.declared = declared;
        this.handler = handler;
    }

    /**
     * Makes the function's handler.
     *
     * @throws TemplateException if the template names no class that can be a handler
     * @throws ConfigurationException if the handler refuses its environment
     */
    public static LocalFunction of(Template.Function function, Environment environment) {
        String named = function.id() + " names the handler " + function.handler();
        try {
            Object made = Class.forName(function.handler())
                    .getMethod("of", Environment.class, Log.class)
                    .invoke(null, environment, Log.toStandardOutput());
            if (made instanceof RequestStreamHandler handler) {
                return new LocalFunction(function, handler);
            }
            throw new TemplateException(named, "which is no RequestStreamHandler");
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigurationException refused) {
                throw refused;
            }
            throw new IllegalStateException(named + ", which failed at start", e.getCause());
        } catch (ClassNotFoundException e) {
            throw new TemplateException(named, "which does not exist");
        } catch (ReflectiveOperationException e) {
            throw new TemplateException(named, "which has no public method of(Environment, Log)");
        }
    }

    public String id() {
        return declared.id();
    }

    /** Calls the handler and waits for its end or the function's time-out. */
    public Outcome invoke(Json event) throws InterruptedException {
        return invoke(event, Thread.ofVirtual());
    }

    private Outcome invoke(Json event, Thread.Builder threads) throws InterruptedException {
        FutureTask<String> call = new FutureTask<>(() -> call(event));
        Thread thread = threads.name(id()).start(call);
        try {
            return new Outcome.Answered(call.get(declared.timeout().toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            thread.interrupt();
            System.err.println(id() + " timed out after " + declared.timeout().toSeconds() + " s");
            return new Outcome.TimedOut();
        } catch (ExecutionException e) {
            System.err.println(id() + " failed: " + described(e.getCause() == null ? e : e.getCause()));
            return new Outcome.Failed();
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        }
    }

    /**
     * Calls the handler with an event whose sender waits for no answer. A failure is printed; an interrupt ends the call. It has a
     * platform thread, because a long computation on a virtual thread would hold up the calls for which somebody waits.
     */
    public void handle(Json event) {
        try {
            Outcome _ = invoke(event, Thread.ofPlatform().daemon());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String call(Json event) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        handler.handleRequest(
                new ByteArrayInputStream(event.text().getBytes(StandardCharsets.UTF_8)),
                output,
                new LocalContext(id(), declared.memory(), InstantSource.system(), declared.timeout()));
        return output.toString(StandardCharsets.UTF_8);
    }

    /** The class of a failure and its place in the code. Not its message, which may quote a prompt or a URL. */
    private static String described(Throwable failure) {
        String at = Stream.of(failure.getStackTrace())
                .limit(5)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(", "));
        String root = failure.getCause() == null
                ? ""
                : ", caused by " + failure.getCause().getClass().getName();
        return failure.getClass().getName() + " at " + at + root;
    }
}
