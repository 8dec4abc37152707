package dev.darkroom.media;

import dev.darkroom.config.Environment;
import dev.darkroom.media.CopyResult.Cause;
import dev.darkroom.media.CopyResult.Later;
import dev.darkroom.media.CopyResult.NeedsPerson;
import dev.darkroom.media.CopyResult.Refused;
import dev.darkroom.net.Deadline;
import dev.darkroom.net.Exchange;
import dev.darkroom.net.Exchange.Answered;
import dev.darkroom.net.Exchange.Failed;
import dev.darkroom.net.Exchange.NotAllowed;
import dev.darkroom.net.HostList;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.Verdict;
import dev.darkroom.task.Settling.Why;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;

/**
 * Copies an image from upstream's URL into the bucket. If the host states the length, the bytes stream straight through. If not,
 * they go into a temporary file first, because S3 needs a length. Memory does not grow with the image, and no broken image
 * appears in the bucket. Thread-safe.
 */
public final class ImageCopier {
    /** The default of {@code MAX_IMAGE_BYTES}. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    /** Lambda gives a function 512 MiB of temporary space; the rest is for other files. */
    private static final long MOST_MAX_BYTES = 448L << 20;

    /** How often a write is tried if other writers of the same key came first, or an earlier record. */
    private static final int MOST_WRITES = 3;

    private final OutsideHttp http;
    private final HostList mediaHosts;
    private final Intake intake;

    public ImageCopier(Environment environment, OutsideHttp http, ImagesBucket bucket) {
        this(
                http,
                HostList.parse("MEDIA_HOSTS", environment.list("MEDIA_HOSTS")),
                bucket,
                environment.integer("MAX_IMAGE_BYTES", DEFAULT_MAX_BYTES, 1, MOST_MAX_BYTES));
    }

    /** A copier for images of at most this many bytes, 1 to 448 Mi. */
    public ImageCopier(OutsideHttp http, HostList mediaHosts, ImagesBucket bucket, long maxBytes) {
        this.http = http;
        this.mediaHosts = mediaHosts;
        this.intake = new Intake(bucket, maxBytes);
    }

    /**
     * Copies a file of a task. It is safe to repeat it and to run it twice at once: the first complete object stays, and every
     * copy reports that one. An object that an earlier record of the same id left is replaced.
     *
     * @param createdAt when the task was recorded
     * @param index of the file within the task, from 0
     * @param limit for everything together
     */
    public CopyResult copy(String url, UserId user, TaskId task, Instant createdAt, int index, Duration limit) {
        CopyJob job = new CopyJob(url, user, task, createdAt, index, new Deadline(limit), null);
        for (int write = 0; write < MOST_WRITES; write++) {
            switch (attempt(job)) {
                case CopyResult result -> {
                    return result;
                }
                case Attempt.Again(String stale) -> job = job.replacing(stale);
            }
        }
        return new Later(Cause.CONFLICT);
    }

    private Attempt attempt(CopyJob job) {
        try {
            return switch (http.get(job.url(), mediaHosts, job.remaining(), answer -> intake.receive(job, answer))) {
                case Answered<Attempt>(Attempt attempt) -> attempt;
                case Failed<Attempt>(Exchange.Trouble trouble, boolean _) -> new Later(trouble);
                case NotAllowed<Attempt>(Verdict.Refused why) -> refused(why);
            };
        } catch (UncheckedIOException e) {
            return new Later(Cause.NO_TEMPORARY_SPACE);
        }
    }

    private static CopyResult refused(Verdict.Refused why) {
        return switch (why) {
            case Verdict.Refused.Forbidden(String reason) -> new Refused("The image's URL " + reason + ".");
            case Verdict.Refused.Unreadable _ -> new NeedsPerson(Why.MEDIA_URL_UNREADABLE);
            case Verdict.Refused.NotListed _ -> new NeedsPerson(Why.MEDIA_HOST_NOT_LISTED);
        };
    }
}
