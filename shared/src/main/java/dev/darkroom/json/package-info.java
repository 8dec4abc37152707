/** A small JSON value and its text, on jackson-core's streaming parser: no reflection, strict where strangers write. */
@NullMarked
package dev.darkroom.json;

import org.jspecify.annotations.NullMarked;
