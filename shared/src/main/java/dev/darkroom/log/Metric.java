package dev.darkroom.log;

/**
 * The metrics, by their names in CloudWatch. Each kind of a thing is a metric of its own: the list is complete, an alarm needs
 * only a name, and what never happens costs nothing.
 */
public enum Metric {
    /** Submits that APIDot accepted. */
    SUBMITS_ACCEPTED("SubmitsAccepted", "Count"),
    /** Submits that APIDot may or may not have accepted. */
    SUBMITS_UNKNOWN("SubmitsUnknown", "Count"),
    /** Submits refused, by the type of the answer. */
    SUBMITS_REJECTED_INVALID_REQUEST("SubmitsRejectedInvalidRequest", "Count"),
    SUBMITS_REJECTED_AUTHENTICATION_ERROR("SubmitsRejectedAuthenticationError", "Count"),
    SUBMITS_REJECTED_INSUFFICIENT_CREDITS("SubmitsRejectedInsufficientCredits", "Count"),
    SUBMITS_REJECTED_IDEMPOTENCY_CONFLICT("SubmitsRejectedIdempotencyConflict", "Count"),
    SUBMITS_REJECTED_CONFLICT("SubmitsRejectedConflict", "Count"),
    SUBMITS_REJECTED_PAYLOAD_TOO_LARGE("SubmitsRejectedPayloadTooLarge", "Count"),
    SUBMITS_REJECTED_UNSUPPORTED_MEDIA_TYPE("SubmitsRejectedUnsupportedMediaType", "Count"),
    SUBMITS_REJECTED_IDEMPOTENCY_MISMATCH("SubmitsRejectedIdempotencyMismatch", "Count"),
    SUBMITS_REJECTED_RATE_LIMITED("SubmitsRejectedRateLimited", "Count"),
    SUBMITS_REJECTED_UPSTREAM_ERROR("SubmitsRejectedUpstreamError", "Count"),
    SUBMITS_REJECTED_UNAVAILABLE("SubmitsRejectedUnavailable", "Count"),

    /** The time from the first attempt at a submit to APIDot's last answer, with repeats and waits. */
    UPSTREAM_SUBMIT_LATENCY("UpstreamSubmitLatency", "Milliseconds"),
    /** The time of one authenticated status read. */
    UPSTREAM_STATUS_LATENCY("UpstreamStatusLatency", "Milliseconds"),
    /** Answers with which APIDot refused our key. */
    UPSTREAM_KEY_REFUSALS("UpstreamKeyRefusals", "Count"),
    /** Answers with which APIDot said that our balance is empty. */
    UPSTREAM_BALANCE_EMPTY("UpstreamBalanceEmpty", "Count"),
    /** Looks that found a status answer or a picture that Darkroom cannot read. The picture is lost unless a person acts. */
    UPSTREAM_FORMS_UNKNOWN("UpstreamFormsUnknown", "Count"),

    /** Webhooks that made their task due. */
    CALLBACKS_NEWS("CallbacksNews", "Count"),
    /** Webhooks of tasks that have not ended. */
    CALLBACKS_NOTED("CallbacksNoted", "Count"),
    CALLBACKS_DUPLICATE("CallbacksDuplicate", "Count"),
    /** Webhooks of tasks that are not kept, or without an upstream task that is known. */
    CALLBACKS_IGNORED("CallbacksIgnored", "Count"),
    /** Webhooks with a wrong signature, in the path or in the header. */
    CALLBACKS_FORGED("CallbacksForged", "Count"),
    CALLBACKS_TOO_LARGE("CallbacksTooLarge", "Count"),
    /** Webhooks that could not be recorded. Their sender was asked to repeat them. */
    CALLBACKS_UNAVAILABLE("CallbacksUnavailable", "Count"),
    /** Webhooks of tasks that had failed at the submit deadline. */
    CALLBACKS_TOO_LATE("CallbacksTooLate", "Count"),
    /**
     * Webhooks that named another upstream task than the recorded one, and tasks whose id from a webhook belongs to another task.
     */
    OWNERSHIP_VIOLATIONS("OwnershipViolations", "Count"),

    TASKS_FINISHED("TasksFinished", "Count"),
    /** Tasks that failed, by their error type. */
    TASKS_FAILED_UPSTREAM_FAILED("TasksFailedUpstreamFailed", "Count"),
    TASKS_FAILED_SUBMIT_UNCONFIRMED("TasksFailedSubmitUnconfirmed", "Count"),
    TASKS_FAILED_UPSTREAM_FORGOT("TasksFailedUpstreamForgot", "Count"),
    TASKS_FAILED_RESULT_UNUSABLE("TasksFailedResultUnusable", "Count"),
    TASKS_FAILED_SETTLE_DEADLINE("TasksFailedSettleDeadline", "Count"),
    /** The time from when a webhook or the sweep made a task due until it finished. */
    SETTLE_LATENCY("SettleLatency", "Milliseconds"),
    /** The time from a task's record until it finished, which its user waits. */
    TASK_LATENCY("TaskLatency", "Milliseconds"),
    IMAGES_STORED("ImagesStored", "Count"),
    IMAGE_BYTES_STORED("ImageBytesStored", "Bytes"),

    /**
     * Credits of tasks that APIDot has accepted or may have accepted. In the end each is spent or given back. A refused task
     * whose removal failed is also given back, but is not counted here.
     */
    CREDITS_ACCEPTED("CreditsAccepted", "Count"),
    /** Credits of tasks that finished, which APIDot charges. */
    CREDITS_SPENT("CreditsSpent", "Count"),
    /** Credits of tasks that failed. APIDot charges nothing, and the user's daily budget gets them back. */
    CREDITS_GIVEN_BACK("CreditsGivenBack", "Count"),

    /**
     * How long the oldest overdue task was overdue, 0 if none was. Only a run of the sweep that read the whole index reports it.
     */
    SWEEP_LAG("SweepLag", "Seconds"),
    /** Tasks that a run of the sweep found overdue. Looks without a webhook and repeats of callbacks begin this way too. */
    TASKS_OVERDUE("TasksOverdue", "Count"),
    /** Tasks that the sweep made due again. */
    TASKS_WOKEN("TasksWoken", "Count"),
    /** Those of them, and of callbacks, that had been due for minutes: no worker answered when they were made due. */
    WAKES_UNANSWERED("WakesUnanswered", "Count"),

    /** Clients' callbacks that were answered 2xx. */
    CLIENT_CALLBACKS_DELIVERED("ClientCallbacksDelivered", "Count"),
    /** Attempts at clients' callbacks that failed and will be repeated. */
    CLIENT_CALLBACKS_RETRIED("ClientCallbacksRetried", "Count"),
    /** Clients' callbacks that were answered 410, or whose schedule is used up. */
    CLIENT_CALLBACKS_GIVEN_UP("ClientCallbacksGivenUp", "Count"),
    /** The time from a task's end until its client had the callback. */
    CLIENT_CALLBACK_DELAY("ClientCallbackDelay", "Milliseconds"),

    /** Log lines of level ERROR. */
    ERROR_LINES("ErrorLines", "Count");

    private final String text;
    private final String unit;

    Metric(String text, String unit) {
        this.text = text;
        this.unit = unit;
    }

    /** The name in CloudWatch. */
    public String text() {
        return text;
    }

    /** CloudWatch's word for the unit. */
    public String unit() {
        return unit;
    }
}
