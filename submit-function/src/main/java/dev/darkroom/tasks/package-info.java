/** All routes for clients except the submit: status, list, quote, uploads, deletion. They spend no money. */
@NullMarked
package dev.darkroom.tasks;

import org.jspecify.annotations.NullMarked;
