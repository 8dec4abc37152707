/** Tests of the functions with real stores: every row of their decision tables, load, and hostile input. */
@NullMarked
package dev.darkroom.functions;

import org.jspecify.annotations.NullMarked;
