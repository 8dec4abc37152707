/** Everything that Darkroom knows about APIDot: its calls, what its answers and webhooks mean, and our address for webhooks. */
@NullMarked
package dev.darkroom.apidot;

import org.jspecify.annotations.NullMarked;
