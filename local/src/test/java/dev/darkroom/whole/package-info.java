/** The whole system over real HTTP, as its users meet it. */
@NullMarked
package dev.darkroom.whole;

import org.jspecify.annotations.NullMarked;
