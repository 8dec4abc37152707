/** EventBridge on this machine: what happened, and the functions that are told. */
@NullMarked
package dev.darkroom.local.bus;

import org.jspecify.annotations.NullMarked;
