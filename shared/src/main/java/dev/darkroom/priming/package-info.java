/** What a function does before Lambda takes its snapshot: it plays its events through, so that the first real one finds all loaded and compiled. */
@NullMarked
package dev.darkroom.priming;

import org.jspecify.annotations.NullMarked;
