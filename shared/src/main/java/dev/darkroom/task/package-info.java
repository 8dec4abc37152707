/** What a task is and what may happen to it: pure rules, no clock, no I/O. */
@NullMarked
package dev.darkroom.task;

import org.jspecify.annotations.NullMarked;
