/** What template.yaml says, read as the local stack needs it. */
@NullMarked
package dev.darkroom.local.template;

import org.jspecify.annotations.NullMarked;
