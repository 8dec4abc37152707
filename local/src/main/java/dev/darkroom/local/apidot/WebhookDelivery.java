package dev.darkroom.local.apidot;

/**
 * One attempt to send a webhook.
 *
 * @param attempt 1 for the first
 * @param status the receiver's HTTP status, or 0 when it gave none
 */
public record WebhookDelivery(WebhookVariant variant, int attempt, int status) {

    /** Whether it is sent again: after 5xx or no answer, never after 4xx (as a sister API documents). */
    boolean isRetried() {
        return status == 0 || status >= 500;
    }
}
