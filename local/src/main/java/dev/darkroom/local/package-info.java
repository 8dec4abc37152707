/** The whole system in one JVM, without Docker or an AWS account. */
@NullMarked
package dev.darkroom.local;

import org.jspecify.annotations.NullMarked;
