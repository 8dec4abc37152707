/** EventBridge on this machine: events, and the functions that get them. */
@NullMarked
package dev.darkroom.local.bus;

import org.jspecify.annotations.NullMarked;
