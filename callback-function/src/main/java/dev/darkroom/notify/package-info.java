/** Sends clients' callbacks: signed, repeated by a schedule, at least once. */
@NullMarked
package dev.darkroom.notify;

import org.jspecify.annotations.NullMarked;
