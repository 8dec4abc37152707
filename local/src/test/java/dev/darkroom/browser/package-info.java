/** The page in a real browser, against the local stack. */
@NullMarked
package dev.darkroom.browser;

import org.jspecify.annotations.NullMarked;
