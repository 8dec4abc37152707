/** Makes a small picture of each image that was stored. */
@NullMarked
package dev.darkroom.preview;

import org.jspecify.annotations.NullMarked;
