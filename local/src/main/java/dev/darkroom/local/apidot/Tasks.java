package dev.darkroom.local.apidot;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The submits that arrived, and their tasks. The oldest ones are dropped. Thread-safe. */
final class Tasks {
    /** More than a run of tests or a day of play makes. It limits the memory. */
    private static final int MAX_KEPT = 100_000;

    private final String publicUrl;
    private final Map<String, SimulatedTask> tasks = new LinkedHashMap<>();
    private final Deque<Arrival> arrivals = new ArrayDeque<>();
    private long accepted;

    /** A submit request as it came, accepted or not. */
    record Arrival(String prompt, String callbackUrl) {}

    Tasks(String publicUrl) {
        this.publicUrl = publicUrl;
    }

    synchronized void arrived(Arrival arrival) {
        arrivals.add(arrival);
        if (arrivals.size() > MAX_KEPT) {
            arrivals.remove();
        }
    }

    /** The number that the next task will have, for what alternates. */
    synchronized long nextNumber() {
        return accepted;
    }

    synchronized SimulatedTask accept(JobRequest job, TaskPlan plan) {
        long number = accepted++;
        // Unique over restarts too: a stack that keeps its table must not get an old upstream id again.
        String id = "task-unified-%d-%s".formatted(Instant.now().toEpochMilli(), Long.toString(number, 36));
        SimulatedTask task = new SimulatedTask(id, number, job, plan, Instant.now(), publicUrl);
        tasks.put(id, task);
        if (tasks.size() > MAX_KEPT) {
            tasks.remove(tasks.keySet().iterator().next());
        }
        return task;
    }

    synchronized Optional<SimulatedTask> find(String id) {
        return Optional.ofNullable(tasks.get(id));
    }

    /** The tasks whose prompt and callback URL contain these texts, oldest first. */
    synchronized List<SimulatedTask> matching(String prompt, String callback) {
        return tasks.values().stream()
                .filter(task ->
                        task.prompt().contains(prompt) && task.callbackUrl().contains(callback))
                .toList();
    }

    Stats stats(String prompt, String callback) {
        List<SimulatedTask> selected = matching(prompt, callback);
        long sent = 0;
        long taken = 0;
        long status = 0;
        long files = 0;
        long credits = 0;
        for (SimulatedTask task : selected) {
            status += task.statusReads();
            files += task.fileReads();
            credits += task.creditsAt(Instant.now());
            for (WebhookDelivery delivery : task.webhooks()) {
                sent++;
                taken += delivery.status() >= 200 && delivery.status() < 300 ? 1 : 0;
            }
        }
        return new Stats(arrivals(prompt, callback), selected.size(), status, files, sent, taken, credits);
    }

    private synchronized long arrivals(String prompt, String callback) {
        return arrivals.stream()
                .filter(arrival -> arrival.prompt().contains(prompt)
                        && arrival.callbackUrl().contains(callback))
                .count();
    }
}
