/** Tells clients that their tasks have ended: signed, repeated by a schedule, at least once. */
@NullMarked
package dev.darkroom.notify;

import org.jspecify.annotations.NullMarked;
