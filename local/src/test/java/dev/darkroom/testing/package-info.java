/** What tests of several packages need. */
@NullMarked
package dev.darkroom.testing;

import org.jspecify.annotations.NullMarked;
