package dev.darkroom.browser;

import dev.darkroom.testing.LocalStackExtension;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Runs the tests of a class only where Chromium is installed, and passes them the class's browser, whose pages are those of its {@link LocalStackExtension stack}. Without
 * Chromium the tests are skipped, and a line on standard error says so.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsChromium.Found.class)
@interface NeedsChromium {

    /** Looks for Chromium on the paths that Debian and other distributions use. */
    final class Found implements ExecutionCondition, ParameterResolver {
        private static final List<String> PLACES =
                List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

        static Optional<Path> place() {
            return PLACES.stream().map(Path::of).filter(Files::isExecutable).findFirst();
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (place().isPresent()) {
                return ConditionEvaluationResult.enabled("there is a Chromium");
            }
            String skipped =
                    "SKIPPED: " + context.getDisplayName() + " needs a browser; `apt-get install chromium` gives one";
            System.err.println("\n!!! " + skipped + "\n");
            return ConditionEvaluationResult.disabled(skipped);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Visitors.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getStore(Namespace.create(Visitors.class))
                    .getOrComputeIfAbsent(
                            Visitors.class,
                            _ -> new Visitors(LocalStackExtension.of(context).apiUrl()));
        }
    }
}
