/** The page for making pictures: its files as they are, and the policy that limits what a browser does with them. */
@NullMarked
package dev.darkroom.page;

import org.jspecify.annotations.NullMarked;
