/** Images: what makes one whole, how one gets from a stranger's host into the bucket, and how its owner gets it from there. */
@NullMarked
package dev.darkroom.media;

import org.jspecify.annotations.NullMarked;
