/** What is fast and what is not: each figure with both of its sides, taken in turns in one run. */
@NullMarked
package dev.darkroom.bench;

import org.jspecify.annotations.NullMarked;
