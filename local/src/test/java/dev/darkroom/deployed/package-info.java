/** Tests of the deployed zips, in the runtime client that Lambda uses. */
@NullMarked
package dev.darkroom.deployed;

import org.jspecify.annotations.NullMarked;
