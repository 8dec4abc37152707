/** Reads from template.yaml what the local stack needs. */
@NullMarked
package dev.darkroom.local.template;

import org.jspecify.annotations.NullMarked;
