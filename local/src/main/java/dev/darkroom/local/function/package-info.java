/** Lambda on this machine: handlers made and called as the runtime does it, with a time-out. */
@NullMarked
package dev.darkroom.local.function;

import org.jspecify.annotations.NullMarked;
