/** A task as its owner sees it: in the status answer, in a list and in the client's callback. */
@NullMarked
package dev.darkroom.view;

import org.jspecify.annotations.NullMarked;
