/** Images: when one is complete, how it gets from a stranger's host into the bucket, and how its owner downloads it. */
@NullMarked
package dev.darkroom.media;

import org.jspecify.annotations.NullMarked;
