/** Tests that try to break Darkroom's guarantees: every order of events, a crash at every point, and faults that the tests must notice. */
@NullMarked
package dev.darkroom.invariants;

import org.jspecify.annotations.NullMarked;
