/** The functions' settings: read once from the environment, checked at start, never shown. */
@NullMarked
package dev.darkroom.config;

import org.jspecify.annotations.NullMarked;
