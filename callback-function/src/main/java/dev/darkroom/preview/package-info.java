/** Makes a small picture of each stored image. */
@NullMarked
package dev.darkroom.preview;

import org.jspecify.annotations.NullMarked;
