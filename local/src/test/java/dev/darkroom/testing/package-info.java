/** Helpers for tests of several packages. */
@NullMarked
package dev.darkroom.testing;

import org.jspecify.annotations.NullMarked;
