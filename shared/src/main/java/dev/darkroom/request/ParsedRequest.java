package dev.darkroom.request;

import java.util.List;

/** The result of parsing a request body. */
public sealed interface ParsedRequest {

    record Valid(ImageRequest request) implements ParsedRequest {}

    /** Everything that is wrong with it, at least one problem. */
    record Invalid(List<Problem> problems) implements ParsedRequest {
        public Invalid {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("nothing is wrong");
            }
        }
    }
}
