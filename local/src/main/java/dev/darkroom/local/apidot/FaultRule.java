package dev.darkroom.local.apidot;

import java.util.concurrent.atomic.AtomicLong;

/** A fault in force: for which requests, and how often. Thread-safe. */
public final class FaultRule {
    /** The fault happens without limit. */
    public static final int ALWAYS = 0;

    private final long id;
    private final Fault fault;
    private final int times;
    private final String match;
    private final AtomicLong applied = new AtomicLong();

    FaultRule(long id, Fault fault, int times, String match) {
        this.id = id;
        this.fault = fault;
        this.times = times;
        this.match = match;
    }

    public long id() {
        return id;
    }

    public Fault fault() {
        return fault;
    }

    /** How often it may happen; {@link #ALWAYS} is without limit. */
    public int times() {
        return times;
    }

    /** The text that the prompt must contain (of a sample image: the request's path and query); empty matches all. */
    public String match() {
        return match;
    }

    /** How often it has happened. */
    public long applied() {
        return applied.get();
    }

    /** Whether it happens to this subject; true uses it up once. */
    boolean takes(String subject) {
        if (!subject.contains(match)) {
            return false;
        }
        // Counted by compare-and-set, so that "the next two" are never three with parallel requests.
        long before = applied.getAndUpdate(n -> times == ALWAYS || n < times ? n + 1 : n);
        return times == ALWAYS || before < times;
    }
}
