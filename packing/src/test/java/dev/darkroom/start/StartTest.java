package dev.darkroom.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.Test;

/** What is wrong with a function is told in its own words, and not in those of how it was started. */
class StartTest {
    @Test
    void a_handler_is_made() throws Exception {
        assertThat(Start.handler(Good.class)).isInstanceOf(Good.class);
    }

    @Test
    void what_keeps_it_from_being_made_is_told_as_it_is() {
        assertThatThrownBy(() -> Start.handler(Unset.class))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("a setting is missing");
        assertThatThrownBy(() -> Start.handler(Incomplete.class)).isExactlyInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void what_a_handler_may_not_throw_is_told_with_its_cause() {
        assertThatThrownBy(() -> Start.handler(Cut.class))
                .isExactlyInstanceOf(InvocationTargetException.class)
                .hasCauseExactlyInstanceOf(IOException.class);
    }

    static class Good implements RequestStreamHandler {
        public Good() {}

        @Override
        public void handleRequest(InputStream event, OutputStream answer, Context context) {}
    }

    static final class Unset extends Good {
        public Unset() {
            throw new IllegalStateException("a setting is missing");
        }
    }

    static final class Incomplete extends Good {
        public Incomplete() {
            throw new NoClassDefFoundError("left out");
        }
    }

    static final class Cut extends Good {
        public Cut() throws IOException {
            throw new IOException("cut");
        }
    }
}
