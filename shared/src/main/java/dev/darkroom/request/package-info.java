/** What a client may ask for and what it costs: APIDot's request rules, checked before anything is recorded or paid. */
@NullMarked
package dev.darkroom.request;

import org.jspecify.annotations.NullMarked;
