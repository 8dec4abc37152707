/** The edge to AWS Lambda: its events and answers as JSON, the caller, and the answers of HTTP functions. */
@NullMarked
package dev.darkroom.lambda;

import org.jspecify.annotations.NullMarked;
