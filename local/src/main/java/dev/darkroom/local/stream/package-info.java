/** DynamoDB streams to functions, as Lambda's event source mappings do it: filters, batches, retries. */
@NullMarked
package dev.darkroom.local.stream;

import org.jspecify.annotations.NullMarked;
