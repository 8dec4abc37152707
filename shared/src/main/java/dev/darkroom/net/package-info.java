/** HTTP with hosts that strangers name: which URLs and addresses may be reached, and how it is done without trusting the answer. */
@NullMarked
package dev.darkroom.net;

import org.jspecify.annotations.NullMarked;
