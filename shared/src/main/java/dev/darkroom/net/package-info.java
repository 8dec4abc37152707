/**
 * HTTP with hosts that strangers name: which URLs and addresses are allowed, and how to talk to them without trusting the answer.
 */
@NullMarked
package dev.darkroom.net;

import org.jspecify.annotations.NullMarked;
