/** Part of the build: makes a function's zip of its classes and libraries. */
@NullMarked
package dev.darkroom.packing;

import org.jspecify.annotations.NullMarked;
