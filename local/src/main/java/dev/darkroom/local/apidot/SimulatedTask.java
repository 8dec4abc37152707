package dev.darkroom.local.apidot;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A task at APIDot. Its plan determines its state at any time. It counts the requests for it. Thread-safe. */
public final class SimulatedTask {
    private final String id;
    private final long number;
    private final JobRequest job;
    private final TaskPlan plan;
    private final Instant acceptedAt;
    private final String publicUrl;
    private final AtomicInteger statusReads = new AtomicInteger();
    private final AtomicInteger fileReads = new AtomicInteger();
    private final List<WebhookDelivery> webhooks = new CopyOnWriteArrayList<>();

    SimulatedTask(String id, long number, JobRequest job, TaskPlan plan, Instant acceptedAt, String publicUrl) {
        this.id = id;
        this.number = number;
        this.job = job;
        this.plan = plan;
        this.acceptedAt = acceptedAt;
        this.publicUrl = publicUrl;
    }

    public String id() {
        return id;
    }

    public String prompt() {
        return job.prompt();
    }

    /** Where its webhooks go; empty when nowhere. */
    public String callbackUrl() {
        return Objects.requireNonNullElse(job.callbackUrl(), "");
    }

    /** How often its status was asked for. */
    public int statusReads() {
        return statusReads.get();
    }

    /** How often one of its files was asked for, redirects not counted. */
    public int fileReads() {
        return fileReads.get();
    }

    /** The attempts to send a webhook about it, oldest first. */
    public List<WebhookDelivery> webhooks() {
        return List.copyOf(webhooks);
    }

    /**
     * What a task says at some time.
     *
     * @param finished whether it has its files
     * @param error why it failed; null if it did not
     */
    record Stage(
            String word,
            int progress,
            boolean finished,
            @Nullable String error) {}

    Stage stageAt(Instant now) {
        Duration age = Duration.between(acceptedAt, now);
        if (age.compareTo(plan.untilRunning()) < 0) {
            return new Stage("not_started", 0, false, null);
        }
        boolean over = age.compareTo(plan.untilEnd()) >= 0;
        return switch (plan.end()) {
            case TaskPlan.End.Finishes(String word) when over -> new Stage(word, 100, true, null);
            case TaskPlan.End.Fails(String word, String message)
            when over -> new Stage(word, 0, false, filled(message));
            case TaskPlan.End.Finishes _, TaskPlan.End.Fails _, TaskPlan.End.Never _ -> running(age);
        };
    }

    private Stage running(Duration age) {
        long whole = Math.max(1, plan.untilEnd().toMillis());
        return new Stage(plan.runningWord(), (int) Math.min(99, 100 * age.toMillis() / whole), false, null);
    }

    private String filled(String message) {
        return message.replace("{prompt}", job.prompt())
                .replace("{callback_url}", callbackUrl())
                .replace("{file_url}", fileUrl(publicUrl, 0));
    }

    List<String> fileUrls() {
        return fileUrls(publicUrl);
    }

    /** @param base what the server's own file URLs begin with */
    List<String> fileUrls(String base) {
        return plan.fileUrls().isEmpty()
                ? IntStream.range(0, plan.files())
                        .mapToObj(index -> fileUrl(base, index))
                        .toList()
                : plan.fileUrls();
    }

    private String fileUrl(String base, int index) {
        return base + "/files/" + id + "/" + index + "." + plan.extension();
    }

    /** The credits charged so far. Only a finished task is charged. */
    int creditsAt(Instant now) {
        return stageAt(now).finished() ? job.credits() : 0;
    }

    /** The beginning of its file URLs if nobody used another name. */
    String publicUrl() {
        return publicUrl;
    }

    long number() {
        return number;
    }

    JobRequest job() {
        return job;
    }

    TaskPlan plan() {
        return plan;
    }

    Instant acceptedAt() {
        return acceptedAt;
    }

    Instant endsAt() {
        return acceptedAt.plus(plan.untilEnd());
    }

    void statusRead() {
        statusReads.incrementAndGet();
    }

    void fileRead() {
        fileReads.incrementAndGet();
    }

    void webhookSent(WebhookDelivery delivery) {
        webhooks.add(delivery);
    }
}
