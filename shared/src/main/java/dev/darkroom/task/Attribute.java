package dev.darkroom.task;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** An attribute of a task's item, under the name it has in the table. Text is a DynamoDB string, a number a DynamoDB number. */
public enum Attribute {
    TASK_ID("task_id"),
    USER_ID("user_id"),
    MODEL("model"),
    /** The request as the client made it, in canonical JSON, without its callback URL. */
    REQUEST("request"),
    /** Of a deleted task, in the place of its request: SHA-256 in hex, see {@link Deleting#requestHash}. */
    REQUEST_HASH("request_hash"),
    CREDITS("credits"),
    RESOLUTION("resolution"),
    STATE("state"),
    UPSTREAM_TASK_ID("upstream_task_id"),
    /** Who named the upstream task: {@code submit}, which is certain, or {@code webhook}. */
    UPSTREAM_FROM("upstream_from"),
    /** Since when the upstream task is known; milliseconds since 1970. */
    UPSTREAM_AT("upstream_at"),
    UPSTREAM_STATUS("upstream_status"),
    PROGRESS("progress"),
    /** The webhook's body that reported the end, at most 16 KiB of it; gone after the look that it caused. */
    REPORT("report"),
    FILES("files"),
    ERROR_MESSAGE("error_message"),
    ERROR_TYPE("error_type"),
    /** Looks taken at the task upstream. */
    ATTEMPTS("attempts"),
    /** Looks that found files which can't be used; the fifth ends the task. */
    UNUSABLE_LOOKS("unusable_looks"),
    /** Who recorded or last claimed the task: a fresh id for each author. */
    CLAIM_ID("claim_id"),
    /** Milliseconds since 1970. */
    CREATED_AT("created_at"),
    /**
     * Milliseconds since 1970; of the task itself, so that it tells of an ended one when it ended, and of one that is being deleted since
     * when none of its images was found.
     */
    UPDATED_AT("updated_at"),
    /** When somebody must look at the latest; milliseconds since 1970. */
    DUE_AT("due_at"),
    DUE_SHARD("due_shard"),
    /** Until when its worker alone may touch what it claimed; milliseconds since 1970. */
    LEASE_UNTIL("lease_until"),
    CALLBACK_URL("callback_url"),
    CALLBACK_STATUS("callback_status"),
    CALLBACK_ATTEMPTS("callback_attempts"),
    /** When the last attempt to tell the client began; milliseconds since 1970. */
    CALLBACK_ATTEMPTED_AT("callback_attempted_at"),
    /** What came of the last attempt; absent while it is under way, and when nobody knows. */
    CALLBACK_RESULT("callback_result"),
    /** The UTC day against whose budget the task was counted, as in 2026-11-22. */
    BUDGET_DAY("budget_day"),
    VERSION("version"),
    /** Seconds since 1970: DynamoDB's TTL. */
    EXPIRES_AT("expires_at");

    private static final Map<String, Attribute> BY_NAME = new HashMap<>();

    static {
        for (Attribute attribute : values()) {
            BY_NAME.put(attribute.text, attribute);
        }
    }

    private final String text;

    Attribute(String text) {
        this.text = text;
    }

    /** The name in the table. */
    public String text() {
        return text;
    }

    public static Optional<Attribute> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
