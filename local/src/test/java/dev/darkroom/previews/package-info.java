/** Tests of previews from S3's events, with a real bucket. */
@NullMarked
package dev.darkroom.previews;

import org.jspecify.annotations.NullMarked;
