/** What a request would cost: the same checks as a submit, nothing fetched, nothing recorded, nothing paid. */
@NullMarked
package dev.darkroom.quote;

import org.jspecify.annotations.NullMarked;
