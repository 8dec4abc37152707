/** Settles tasks that are due: asks upstream how they stand, and copies what is finished into the bucket. */
@NullMarked
package dev.darkroom.settle;

import org.jspecify.annotations.NullMarked;
