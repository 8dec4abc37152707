package dev.darkroom.task;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task, read from its item. */
public record Task(Item item) {

    public TaskId id() {
        return new TaskId(item.requiredText(Attribute.TASK_ID));
    }

    public UserId user() {
        return new UserId(item.requiredText(Attribute.USER_ID));
    }

    public String model() {
        return item.requiredText(Attribute.MODEL);
    }

    /** The request in canonical JSON, without its callback URL. */
    public String request() {
        return item.requiredText(Attribute.REQUEST);
    }

    /** The hash that recognises a deleted task's request. */
    public @Nullable String requestHash() {
        return item.text(Attribute.REQUEST_HASH);
    }

    /** What the task costs when it finishes, in APIDot's credits. */
    public long credits() {
        return item.numberOr(Attribute.CREDITS, 0);
    }

    /** The resolution that is billed: 1K, 2K or 4K. */
    public String resolution() {
        return item.requiredText(Attribute.RESOLUTION);
    }

    public TaskState state() {
        return Word.of(TaskState.class, item.requiredText(Attribute.STATE));
    }

    public @Nullable UpstreamTaskId upstreamTaskId() {
        String id = item.text(Attribute.UPSTREAM_TASK_ID);
        return id == null ? null : new UpstreamTaskId(id);
    }

    public @Nullable UpstreamStatus upstreamStatus() {
        String status = item.text(Attribute.UPSTREAM_STATUS);
        return status == null ? null : Word.of(UpstreamStatus.class, status);
    }

    /** In percent, as upstream last reported it. */
    public int progress() {
        return Math.toIntExact(item.numberOr(Attribute.PROGRESS, 0));
    }

    public List<StoredImage> files() {
        String files = item.text(Attribute.FILES);
        return files == null ? List.of() : StoredImage.parse(files);
    }

    public @Nullable String errorMessage() {
        return item.text(Attribute.ERROR_MESSAGE);
    }

    public long attempts() {
        return item.numberOr(Attribute.ATTEMPTS, 0);
    }

    public long unusableLooks() {
        return item.numberOr(Attribute.UNUSABLE_LOOKS, 0);
    }

    public @Nullable String claimId() {
        return item.text(Attribute.CLAIM_ID);
    }

    public Instant createdAt() {
        return Instant.ofEpochMilli(item.numberOr(Attribute.CREATED_AT, 0));
    }

    public Instant updatedAt() {
        return Instant.ofEpochMilli(item.numberOr(Attribute.UPDATED_AT, 0));
    }

    public @Nullable Instant dueAt() {
        Long due = item.number(Attribute.DUE_AT);
        return due == null ? null : Instant.ofEpochMilli(due);
    }

    public @Nullable String callbackUrl() {
        return item.text(Attribute.CALLBACK_URL);
    }

    public @Nullable CallbackStatus callbackStatus() {
        String status = item.text(Attribute.CALLBACK_STATUS);
        return status == null ? null : Word.of(CallbackStatus.class, status);
    }

    public long callbackAttempts() {
        return item.numberOr(Attribute.CALLBACK_ATTEMPTS, 0);
    }

    /** When the last attempt at the callback began; null before the first. */
    public @Nullable Instant callbackAttemptedAt() {
        Long attempted = item.number(Attribute.CALLBACK_ATTEMPTED_AT);
        return attempted == null ? null : Instant.ofEpochMilli(attempted);
    }

    /** The result of that attempt ({@link CallbackResult#text}). Null while it is running, and if the result is not known. */
    public @Nullable String callbackResult() {
        return item.text(Attribute.CALLBACK_RESULT);
    }

    public @Nullable String budgetDay() {
        return item.text(Attribute.BUDGET_DAY);
    }

    /** Whether this user may see the task: it is theirs, not deleted and within its retention. */
    public boolean isVisibleTo(UserId user, Instant now) {
        return !state().isGone() && user().equals(user) && !isExpired(now);
    }

    /** Whether the task is past its retention. Then it is gone for every reader, even if its item still exists. */
    public boolean isExpired(Instant now) {
        return isExpired(item, now);
    }

    static boolean isExpired(Item item, Instant now) {
        Long expiry = item.number(Attribute.EXPIRES_AT);
        return expiry != null && expiry <= now.getEpochSecond();
    }
}
