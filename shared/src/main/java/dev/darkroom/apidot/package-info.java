/** Everything Darkroom knows of APIDot: the calls made to it, what its answers and webhooks mean, and our address for them. */
@NullMarked
package dev.darkroom.apidot;

import org.jspecify.annotations.NullMarked;
