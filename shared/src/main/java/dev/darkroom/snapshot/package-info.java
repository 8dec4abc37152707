/** What a function does before Lambda takes its SnapStart snapshot. */
@NullMarked
package dev.darkroom.snapshot;

import org.jspecify.annotations.NullMarked;
