/** A model of APIDot over real HTTP, and a receiver for clients' callbacks. It shares no code with our APIDot client. */
@NullMarked
package dev.darkroom.local.apidot;

import org.jspecify.annotations.NullMarked;
