package dev.darkroom.browser;

import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;

/** One browser and one stack for all classes of tests. They do not meet: each visitor has a profile and a name of their own. */
record Shared(LocalStack stack, Visitors visitors) implements AutoCloseable {
    static final int MAX_UPLOAD_BYTES = 200_000;

    static Shared start() {
        LocalStack stack = LocalStack.start(Options.forTests()
                .with("FIRST_POLL_SECONDS", "1")
                .with("MAX_POLL_SECONDS", "1")
                .with("MAX_UPLOAD_BYTES", "" + MAX_UPLOAD_BYTES));
        return new Shared(stack, new Visitors(stack.apiUrl()));
    }

    @Override
    public void close() {
        visitors.close();
        stack.close();
    }
}
