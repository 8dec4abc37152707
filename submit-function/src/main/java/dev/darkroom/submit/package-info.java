/** Takes image requests: records them, then submits them upstream, at most once. */
@NullMarked
package dev.darkroom.submit;

import org.jspecify.annotations.NullMarked;
