/** Tests of the client's callback against every fault of its receiver. */
@NullMarked
package dev.darkroom.receivers;

import org.jspecify.annotations.NullMarked;
