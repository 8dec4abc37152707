/** The functions on trial against real stores: their tables line by line, and under load and hostility. */
@NullMarked
package dev.darkroom.trial;

import org.jspecify.annotations.NullMarked;
