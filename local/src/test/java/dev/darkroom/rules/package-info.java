/** Tests of the rules of callback, settle, sweep, copy and list with real stores: every row of their tables, load, and hostile input. */
@NullMarked
package dev.darkroom.rules;

import org.jspecify.annotations.NullMarked;
