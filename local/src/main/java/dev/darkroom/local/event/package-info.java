/** What schedules and buckets send to functions. */
@NullMarked
package dev.darkroom.local.event;

import org.jspecify.annotations.NullMarked;
