package dev.darkroom.local.apidot;

/** The kinds of webhooks about a task: the genuine one, odd ones and forged ones. */
public enum WebhookVariant {
    /** What APIDot sends. */
    GENUINE,
    /** Says {@code running}. */
    RUNNING,
    /** Says an unknown status. */
    UNKNOWN_STATUS,
    /** Says {@code finished}, with a file at a host of the forger's. */
    FORGED_FILES,
    /** Names another upstream task. */
    OTHER_TASK,
    /** Names no task. */
    NO_TASK_ID,
    /** Its task id is a number. */
    NUMERIC_TASK_ID,
    /** Is no JSON. */
    UNREADABLE,
    /** Has no body. */
    EMPTY,
    /** Is a genuine one with more than 256 KiB of spaces in it. */
    OVERSIZED,
    /** Goes to the callback URL with the last character of its last path segment changed. */
    WRONG_PATH_SIGNATURE,
    /** Goes to the callback URL with its last path segment removed. */
    NO_PATH_SIGNATURE,
    /** Goes to the callback URL with our task's id changed, the last path segment but one. */
    WRONG_PATH_TASK,
    /** Has no X-Webhook headers even when a webhook key is configured. */
    UNSIGNED,
    /** Is signed under another webhook key. */
    WRONG_KEY,
    /** Was signed ten minutes ago. */
    STALE
}
