/** Shows users their own tasks. */
@NullMarked
package dev.darkroom.status;

import org.jspecify.annotations.NullMarked;
