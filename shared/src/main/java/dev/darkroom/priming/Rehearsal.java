package dev.darkroom.priming;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Log;
import java.util.List;

/** How one function is rehearsed. */
public interface Rehearsal {
    /**
     * The function's own handler, another one than serves the events to come: what it keeps, such as credentials, clocks or
     * connections, is dropped with it and never restored.
     *
     * @param environment that of the {@link Stage}: no host, key or secret in it is real
     * @param log is read by nobody
     */
    RequestStreamHandler handler(Environment environment, Log log);

    /** What is played, in this order. */
    List<Scene> scenes(Environment environment);
}
