/** The page to make pictures and look at them: its files as they are, and what keeps a browser from doing more with them. */
@NullMarked
package dev.darkroom.page;

import org.jspecify.annotations.NullMarked;
