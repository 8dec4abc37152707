/** Which package may see which, and what none of them may do. */
@NullMarked
package dev.darkroom.architecture;

import org.jspecify.annotations.NullMarked;
