package dev.darkroom.task;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An attribute of a task's item. Its name in lower case is in the table. Text is a DynamoDB string, a number a DynamoDB number. */
public enum Attribute implements Word {
    TASK_ID,
    USER_ID,
    MODEL,
    /** The request as the client made it, in canonical JSON, without its callback URL. */
    REQUEST,
    /** A deleted task has it instead of its request: SHA-256 in hex, see {@link Deleting#requestHash}. */
    REQUEST_HASH,
    CREDITS,
    RESOLUTION,
    STATE,
    UPSTREAM_TASK_ID,
    /** Who named the upstream task: {@code submit}, which is certain, or {@code webhook}. */
    UPSTREAM_FROM,
    /** Since when the upstream task is known; milliseconds since 1970. */
    UPSTREAM_AT,
    UPSTREAM_STATUS,
    PROGRESS,
    /** The body of the webhook that reported the end, at most 16 KiB of it. The look that it causes removes it. */
    REPORT,
    FILES,
    ERROR_MESSAGE,
    ERROR_TYPE,
    /** The number of looks at the task upstream. */
    ATTEMPTS,
    /** The number of looks that found unusable files. The fifth one ends the task. */
    UNUSABLE_LOOKS,
    /** Who recorded or last claimed the task: a new id for each author. */
    CLAIM_ID,
    /** Milliseconds since 1970. */
    CREATED_AT,
    /**
     * When the task itself last changed, in milliseconds since 1970. Of an ended task, it is the time of the end. Of a task that
     * is being deleted, it is the time since which no image was found.
     */
    UPDATED_AT,
    /** The latest time at which somebody must look; milliseconds since 1970. */
    DUE_AT,
    DUE_SHARD,
    /** When the worker's lease ends; milliseconds since 1970. */
    LEASE_UNTIL,
    CALLBACK_URL,
    CALLBACK_STATUS,
    CALLBACK_ATTEMPTS,
    /** When the last attempt at the client's callback began; milliseconds since 1970. */
    CALLBACK_ATTEMPTED_AT,
    /** The result of the last attempt. Absent while the attempt is running, and if the result is not known. */
    CALLBACK_RESULT,
    /** The UTC day whose budget counts the task, such as 2026-11-22. */
    BUDGET_DAY,
    VERSION,
    /** Seconds since 1970: DynamoDB's TTL. */
    EXPIRES_AT;

    private static final Map<String, Attribute> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(Attribute::text, Function.identity()));

    public static Optional<Attribute> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
