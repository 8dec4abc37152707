/** What the system says of itself: one JSON object a line, made of values that cannot hold a secret. */
@NullMarked
package dev.darkroom.log;

import org.jspecify.annotations.NullMarked;
