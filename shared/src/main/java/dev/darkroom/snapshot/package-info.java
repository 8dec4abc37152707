/** What a function does before Lambda takes the snapshot that its instances start from (SnapStart), and after a restore. */
@NullMarked
package dev.darkroom.snapshot;

import org.jspecify.annotations.NullMarked;
