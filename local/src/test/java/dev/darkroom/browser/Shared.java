package dev.darkroom.browser;

import dev.darkroom.endtoend.ApiDotProgram;
import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One browser and one stack for the tests of a class. They stay apart because each visitor has its own profile and user name. */
record Shared(LocalStack stack, Visitors visitors) implements AutoCloseable {
    static final int MAX_UPLOAD_BYTES = 200_000;

    static Shared start() {
        LocalStack stack = LocalStack.start(Options.forTests()
                .with("FIRST_POLL_SECONDS", "1")
                .with("MAX_POLL_SECONDS", "1")
                .with("MAX_UPLOAD_BYTES", "" + MAX_UPLOAD_BYTES));
        return new Shared(stack, new Visitors(stack.apiUrl()));
    }

    /** Waits until these tasks of the user have ended. Faster than watching the page, which polls at its own pace. */
    void ended(String user, String... prompts) {
        // The page encodes user names in the same way.
        String token = URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
        ApiDotProgram program = new ApiDotProgram(stack.apiUrl().toString(), token);
        Arrays.stream(prompts)
                .map(prompt -> submitted(program, prompt))
                .toList()
                .forEach(program::ended);
    }

    private static String submitted(ApiDotProgram program, String prompt) {
        try {
            return program.submit(Json.object()
                    .put("model", "gpt-image-2")
                    .put("input", Json.object().put("prompt", prompt).build())
                    .build());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        visitors.close();
        stack.close();
    }
}
