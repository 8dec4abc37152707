/** The stores on this machine: DynamoDB Local and an S3 server, embedded. */
@NullMarked
package dev.darkroom.local.aws;

import org.jspecify.annotations.NullMarked;
