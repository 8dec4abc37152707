/** What is deployed, tried as it is deployed: the zips, in the runtime client that Lambda uses. */
@NullMarked
package dev.darkroom.deployed;

import org.jspecify.annotations.NullMarked;
