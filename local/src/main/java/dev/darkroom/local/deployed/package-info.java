/** The functions as they are deployed: the zips that the build left, in Lambda's own runtime client. */
@NullMarked
package dev.darkroom.local.deployed;

import org.jspecify.annotations.NullMarked;
