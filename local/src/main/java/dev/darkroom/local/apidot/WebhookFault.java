package dev.darkroom.local.apidot;

import java.time.Duration;

/** What may happen to the webhook that reports a task's end. */
public sealed interface WebhookFault extends Fault {

    /** It is never sent. */
    record Drops() implements WebhookFault {}

    /** It is sent so much later. */
    record Delays(Duration time) implements WebhookFault {}

    /** It is sent this many times at once, 2..100. */
    record Duplicates(int copies) implements WebhookFault {}

    /** {@code running} is reported after the end. */
    record Reorders() implements WebhookFault {}

    /** Another webhook is sent and answered first. The genuine one follows, or not. */
    record Sends(WebhookVariant variant, boolean genuineToo) implements WebhookFault {}
}
