/** A model of APIDot over real HTTP, and a receiver for clients' callbacks: independent of our own reading of that API. */
@NullMarked
package dev.darkroom.local.apidot;

import org.jspecify.annotations.NullMarked;
