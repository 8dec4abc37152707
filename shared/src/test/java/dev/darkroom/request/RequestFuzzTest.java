package dev.darkroom.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code -Ddarkroom.fuzz.size=100000} for the full run, {@code -Ddarkroom.fuzz.seed=…} to repeat one. */
class RequestFuzzTest {

    @Test
    void any_body_is_either_a_request_that_survives_storage_or_refused_with_named_fields() {
        long seed = Long.getLong("darkroom.fuzz.seed", System.nanoTime());
        int size = Integer.getInteger("darkroom.fuzz.size", 3_000);
        System.out.println("darkroom.fuzz.seed=" + seed + " darkroom.fuzz.size=" + size);
        RequestBodies bodies = new RequestBodies(new Random(seed));
        int valid = 0;
        for (int i = 0; i < size; i++) {
            String body = bodies.next();
            switch (Requests.parse(body)) {
                case Parsed.Valid<ImageRequest>(ImageRequest request) -> {
                    valid++;
                    String canonical = request.canonical().text();
                    assertThat(Requests.valid(canonical))
                            .as("seed %d, body %d", seed, i)
                            .usingRecursiveComparison()
                            .ignoringFields("callbackUrl")
                            .isEqualTo(request);
                    assertThat(ImageRequest.promptOf(canonical)).isEqualTo(request.prompt());
                    assertThat(request.price().credits()).isBetween(1, 48);
                }
                case Parsed.Invalid<ImageRequest>(List<Problem> problems) ->
                    assertThat(problems)
                            .as("seed %d, body %d", seed, i)
                            .isNotEmpty()
                            .noneMatch(problem -> problem.field().isEmpty()
                                    || problem.message().isEmpty()
                                    || problem.message().length() > 200);
            }
        }
        // A generator that makes only one kind of body would prove nothing.
        assertThat(valid).isBetween(size / 20, size - size / 20);
    }
}
