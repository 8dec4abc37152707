/** Tests of the whole system over real HTTP, as its users meet it. */
@NullMarked
package dev.darkroom.endtoend;

import org.jspecify.annotations.NullMarked;
