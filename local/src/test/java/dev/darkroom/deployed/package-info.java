/** Tests of the deployed zips, in the runtime client that Lambda uses. The benchmarks run them with it, too. */
@NullMarked
package dev.darkroom.deployed;

import org.jspecify.annotations.NullMarked;
