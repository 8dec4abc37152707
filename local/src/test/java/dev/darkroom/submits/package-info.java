/** Tests of each failure around a submit: never two accepted upstream, budgets, idempotency keys. */
@NullMarked
package dev.darkroom.submits;

import org.jspecify.annotations.NullMarked;
