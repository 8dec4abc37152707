package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;

/**
 * What APIDot was asked and did, of everything or of what a text selects.
 *
 * @param submitsArrived submit requests read, whatever became of them
 * @param tasksAccepted tasks that exist: what is, or will be, paid
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
