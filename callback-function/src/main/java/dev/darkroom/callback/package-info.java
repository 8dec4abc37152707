/** Receives APIDot's webhooks: each is a hint that makes its task due, by one conditional write. */
@NullMarked
package dev.darkroom.callback;

import org.jspecify.annotations.NullMarked;
