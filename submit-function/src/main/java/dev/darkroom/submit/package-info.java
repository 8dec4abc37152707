/** Takes image requests: recorded first, then submitted upstream, at most once. */
@NullMarked
package dev.darkroom.submit;

import org.jspecify.annotations.NullMarked;
