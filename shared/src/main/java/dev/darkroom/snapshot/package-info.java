/** What a function does before Lambda takes its SnapStart snapshot, and after a restore. */
@NullMarked
package dev.darkroom.snapshot;

import org.jspecify.annotations.NullMarked;
