/** What lies at the root of a function's zip: it finds the function's classes in their jar, faster than Lambda's own way. */
@NullMarked
package dev.darkroom.start;

import org.jspecify.annotations.NullMarked;
