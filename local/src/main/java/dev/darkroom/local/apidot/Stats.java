package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;

/**
 * Counts of requests and effects, for everything or for requests with a text.
 *
 * @param submitsArrived submit requests read, accepted or not
 * @param tasksAccepted tasks that exist, which are or will be paid
 * @param statusReads of tasks that exist
 * @param fileReads downloads begun, redirects not counted
 * @param webhooksSent attempts
 * @param webhooksTaken attempts answered 2xx
 * @param creditsCharged of the tasks finished by now
 */
public record Stats(
        long submitsArrived,
        long tasksAccepted,
        long statusReads,
        long fileReads,
        long webhooksSent,
        long webhooksTaken,
        long creditsCharged) {

    Json json() {
        return Json.object()
                .put("submits_arrived", submitsArrived)
                .put("tasks_accepted", tasksAccepted)
                .put("status_reads", statusReads)
                .put("file_reads", fileReads)
                .put("webhooks_sent", webhooksSent)
                .put("webhooks_taken", webhooksTaken)
                .put("credits_charged", creditsCharged)
                .build();
    }
}
