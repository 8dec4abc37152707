/** Tasks in DynamoDB: a write of the rules as one request, an item as a task. */
@NullMarked
package dev.darkroom.store;

import org.jspecify.annotations.NullMarked;
