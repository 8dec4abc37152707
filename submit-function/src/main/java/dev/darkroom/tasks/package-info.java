/** Everything that clients ask beside the submit: how tasks stand, which there are, what one would cost. It spends no money. */
@NullMarked
package dev.darkroom.tasks;

import org.jspecify.annotations.NullMarked;
