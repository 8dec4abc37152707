/** Finds what is overdue and makes it due again. */
@NullMarked
package dev.darkroom.sweep;

import org.jspecify.annotations.NullMarked;
