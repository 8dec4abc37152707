/** Tries to break what Darkroom promises: every order of events, a crash at every point, and faults that must be noticed. */
@NullMarked
package dev.darkroom.invariants;

import org.jspecify.annotations.NullMarked;
