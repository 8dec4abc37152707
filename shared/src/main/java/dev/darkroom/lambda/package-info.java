/** The edge to AWS Lambda: its events and answers as JSON, who calls, and how our HTTP functions answer. */
@NullMarked
package dev.darkroom.lambda;

import org.jspecify.annotations.NullMarked;
