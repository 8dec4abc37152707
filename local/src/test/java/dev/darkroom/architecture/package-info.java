/** Rules about which package may see which, and about calls that no package may make. */
@NullMarked
package dev.darkroom.architecture;

import org.jspecify.annotations.NullMarked;
