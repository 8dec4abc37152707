package dev.darkroom.local.apidot;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** The faults in force, oldest first. If several match, the oldest one that is not used up happens. Thread-safe. */
public final class Faults {
    private final List<FaultRule> rules = new CopyOnWriteArrayList<>();
    private final AtomicLong ids = new AtomicLong();

    Faults() {}

    /** Adds a fault that happens once, to the next request. */
    public FaultRule once(Fault fault) {
        return add(fault, 1, "");
    }

    /** Adds a fault that happens to every request with this text, until it is removed. */
    public FaultRule always(Fault fault, String match) {
        return add(fault, FaultRule.ALWAYS, match);
    }

    /**
     * Adds a fault that happens so many times to requests with this text.
     *
     * @param times at least 1, or {@link FaultRule#ALWAYS}
     * @param match part of the prompt; of a sample image, part of the request's path and query; empty matches all
     */
    public FaultRule add(Fault fault, int times, String match) {
        if (times < 0) {
            throw new IllegalArgumentException("times must not be negative");
        }
        FaultRule rule = new FaultRule(ids.incrementAndGet(), fault, times, match);
        rules.add(rule);
        return rule;
    }

    /** All faults that were added and not removed, even used-up ones. */
    public List<FaultRule> rules() {
        return List.copyOf(rules);
    }

    public void clear() {
        rules.clear();
    }

    /** Removes a fault; false if there is none with this id. */
    public boolean remove(long id) {
        return rules.removeIf(rule -> rule.id() == id);
    }

    <F extends Fault> Optional<F> take(Class<F> kind, String subject) {
        return taking(kind, subject).findFirst();
    }

    <F extends Fault> List<F> takeAll(Class<F> kind, String subject) {
        return taking(kind, subject).toList();
    }

    /** A fault is used up only when the stream comes to it. */
    private <F extends Fault> Stream<F> taking(Class<F> kind, String subject) {
        return rules.stream()
                .filter(rule -> kind.isInstance(rule.fault()) && rule.takes(subject))
                .map(rule -> kind.cast(rule.fault()));
    }
}
