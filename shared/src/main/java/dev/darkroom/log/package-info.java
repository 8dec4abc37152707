/** Log lines and metrics: one JSON object a line, made of values that cannot hold a secret. */
@NullMarked
package dev.darkroom.log;

import org.jspecify.annotations.NullMarked;
