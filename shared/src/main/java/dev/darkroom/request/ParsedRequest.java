package dev.darkroom.request;

import java.util.List;

/** What a request body turned out to be. */
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
