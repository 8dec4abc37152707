package dev.darkroom.local.apidot;

/** What a webhook about a task can be: the true one, odd ones, and those that somebody else forges. */
public enum WebhookVariant {
    /** What APIDot sends. */
    GENUINE,
    /** Says {@code running}. */
    RUNNING,
    /** Says a status that nobody has heard of. */
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
    /** Goes to the callback URL with its last path segment but one, our task's id, changed. */
    WRONG_PATH_TASK,
    /** Has no X-Webhook headers even when a webhook key is configured. */
    UNSIGNED,
    /** Is signed under another webhook key. */
    WRONG_KEY,
    /** Was signed ten minutes ago. */
    STALE
}
