/** A task as its owner sees it: the body of the status answer, of a list entry, of the client's callback. */
@NullMarked
package dev.darkroom.view;

import org.jspecify.annotations.NullMarked;
