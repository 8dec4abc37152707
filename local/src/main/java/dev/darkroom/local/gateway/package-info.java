/** API Gateway's HTTP APIs on this machine: routes, authorizer, events in format 2.0, AWS's own refusals. */
@NullMarked
package dev.darkroom.local.gateway;

import org.jspecify.annotations.NullMarked;
