/** Benchmarks: each figure has both of its sides, measured in turns in one run. */
@NullMarked
package dev.darkroom.bench;

import org.jspecify.annotations.NullMarked;
