/** The functions against real stores: each line of their tables, under load, and with hostile input. */
@NullMarked
package dev.darkroom.functions;

import org.jspecify.annotations.NullMarked;
