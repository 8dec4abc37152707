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
    /** A deleted task has it instead of its request: SHA-256 in hex, see {@link Deleting#requestHash}. */
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
    /** The body of the webhook that reported the end, at most 16 KiB of it. The look that it causes removes it. */
    REPORT("report"),
    FILES("files"),
    ERROR_MESSAGE("error_message"),
    ERROR_TYPE("error_type"),
    /** The number of looks at the task upstream. */
    ATTEMPTS("attempts"),
    /** The number of looks that found unusable files. The fifth one ends the task. */
    UNUSABLE_LOOKS("unusable_looks"),
    /** Who recorded or last claimed the task: a new id for each author. */
    CLAIM_ID("claim_id"),
    /** Milliseconds since 1970. */
    CREATED_AT("created_at"),
    /**
     * When the task itself last changed, in milliseconds since 1970. Of an ended task, it is the time of the end. Of a task that
     * is being deleted, it is the time since which no image was found.
     */
    UPDATED_AT("updated_at"),
    /** The latest time at which somebody must look; milliseconds since 1970. */
    DUE_AT("due_at"),
    DUE_SHARD("due_shard"),
    /** When the worker's lease ends; milliseconds since 1970. */
    LEASE_UNTIL("lease_until"),
    CALLBACK_URL("callback_url"),
    CALLBACK_STATUS("callback_status"),
    CALLBACK_ATTEMPTS("callback_attempts"),
    /** When the last attempt at the client's callback began; milliseconds since 1970. */
    CALLBACK_ATTEMPTED_AT("callback_attempted_at"),
    /** The result of the last attempt. Absent while the attempt is running, and if the result is not known. */
    CALLBACK_RESULT("callback_result"),
    /** The UTC day whose budget counts the task, such as 2026-11-22. */
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
