package dev.darkroom.log;

/**
 * What is counted and measured, under the name that CloudWatch shows. One metric for each kind of a thing, so that this list is
 * complete, an alarm names its metric without more, and what never happens costs nothing.
 */
public enum Metric {
    /** Submits that APIDot took. */
    SUBMITS_ACCEPTED("SubmitsAccepted", "Count"),
    /** Submits of which nobody knows whether APIDot took them. */
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

    /** From the first attempt at a submit until what APIDot said of it is known, repeats and the waits between them included. */
    UPSTREAM_SUBMIT_LATENCY("UpstreamSubmitLatency", "Milliseconds"),
    /** One authenticated status read. */
    UPSTREAM_STATUS_LATENCY("UpstreamStatusLatency", "Milliseconds"),
    /** Answers of APIDot's that refuse our key. */
    UPSTREAM_KEY_REFUSALS("UpstreamKeyRefusals", "Count"),
    /** Answers of APIDot's that our balance is empty. */
    UPSTREAM_BALANCE_EMPTY("UpstreamBalanceEmpty", "Count"),
    /** Looks that met a status answer, or a picture, in a form that Darkroom cannot read: it may be lost to it, unless a person acts. */
    UPSTREAM_FORMS_UNKNOWN("UpstreamFormsUnknown", "Count"),

    /** Webhooks that made their task due. */
    CALLBACKS_NEWS("CallbacksNews", "Count"),
    /** Webhooks of tasks that go on. */
    CALLBACKS_NOTED("CallbacksNoted", "Count"),
    CALLBACKS_DUPLICATE("CallbacksDuplicate", "Count"),
    /** Webhooks of tasks that are not kept, or that cannot be connected with anything. */
    CALLBACKS_IGNORED("CallbacksIgnored", "Count"),
    /** Webhooks under an address or with a header that we, or APIDot, did not sign. */
    CALLBACKS_FORGED("CallbacksForged", "Count"),
    CALLBACKS_TOO_LARGE("CallbacksTooLarge", "Count"),
    /** Webhooks that could not be recorded: their sender was asked to repeat them. */
    CALLBACKS_UNAVAILABLE("CallbacksUnavailable", "Count"),
    /** Webhooks of tasks that had been given up at the submit deadline. */
    CALLBACKS_TOO_LATE("CallbacksTooLate", "Count"),
    /** Webhooks that named another upstream task than the recorded one; tasks that a webhook named another task's. */
    OWNERSHIP_VIOLATIONS("OwnershipViolations", "Count"),

    TASKS_FINISHED("TasksFinished", "Count"),
    /** Tasks that failed, by their error type. */
    TASKS_FAILED_UPSTREAM_FAILED("TasksFailedUpstreamFailed", "Count"),
    TASKS_FAILED_SUBMIT_UNCONFIRMED("TasksFailedSubmitUnconfirmed", "Count"),
    TASKS_FAILED_UPSTREAM_FORGOT("TasksFailedUpstreamForgot", "Count"),
    TASKS_FAILED_RESULT_UNUSABLE("TasksFailedResultUnusable", "Count"),
    TASKS_FAILED_SETTLE_DEADLINE("TasksFailedSettleDeadline", "Count"),
    /** From when a task became due, by a webhook or the sweep, until it was finished. */
    SETTLE_LATENCY("SettleLatency", "Milliseconds"),
    /** From a task's record until it was finished: what its user waits. */
    TASK_LATENCY("TaskLatency", "Milliseconds"),
    IMAGES_STORED("ImagesStored", "Count"),
    IMAGE_BYTES_STORED("ImageBytesStored", "Bytes"),

    /**
     * Credits of tasks that APIDot took or may have taken. In the end each is spent or given back. Given back are also those of a
     * refused task whose removal failed, which were never counted here.
     */
    CREDITS_ACCEPTED("CreditsAccepted", "Count"),
    /** Credits of tasks that finished: what APIDot charges. */
    CREDITS_SPENT("CreditsSpent", "Count"),
    /** Credits of tasks that failed: APIDot charges nothing, and a user's daily budget has them back. */
    CREDITS_GIVEN_BACK("CreditsGivenBack", "Count"),

    /** How long the longest overdue task was, by each run of the sweep that could look; 0 when none was. */
    SWEEP_LAG("SweepLag", "Seconds"),
    /** Tasks that a run of the sweep found overdue. A look without a webhook and a callback's next attempt begin so too. */
    TASKS_OVERDUE("TasksOverdue", "Count"),
    /** Tasks that the sweep made due again. */
    TASKS_WOKEN("TasksWoken", "Count"),

    /** Clients' callbacks that were answered 2xx. */
    CLIENT_CALLBACKS_DELIVERED("ClientCallbacksDelivered", "Count"),
    /** Attempts at clients' callbacks that failed and will be followed by another. */
    CLIENT_CALLBACKS_RETRIED("ClientCallbacksRetried", "Count"),
    /** Clients' callbacks that were answered 410, or whose schedule is used up. */
    CLIENT_CALLBACKS_GIVEN_UP("ClientCallbacksGivenUp", "Count"),
    /** From a task's end until its client was told. */
    CLIENT_CALLBACK_DELAY("ClientCallbackDelay", "Milliseconds"),

    /** Log lines of level ERROR, whatever they say. */
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
