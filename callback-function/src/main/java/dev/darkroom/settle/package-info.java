/** Settles tasks that are due: reads their status upstream, and copies finished files into the bucket. */
@NullMarked
package dev.darkroom.settle;

import org.jspecify.annotations.NullMarked;
