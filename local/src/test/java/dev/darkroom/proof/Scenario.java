package dev.darkroom.proof;

import dev.darkroom.task.Progress;
import dev.darkroom.task.Report;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.util.ArrayList;
import java.util.List;

/**
 * Who works on the task, and what upstream makes of it.
 *
 * @param submit what upstream does with the first submit; it accepts any other
 * @param succeeds whether upstream's task ends with a picture
 */
record Scenario(String name, Submit submit, boolean succeeds, List<Step> actors) {
    static final UpstreamTaskId UPSTREAM = new UpstreamTaskId("task-unified-1");
    static final UpstreamTaskId FOREIGN = new UpstreamTaskId("task-unified-2");

    /** What becomes of a submit. */
    enum Submit {
        ACCEPTED,
        /** Upstream has it, but the answer is lost. */
        TAKEN_UNSAID,
        /** Upstream never got it, but nobody can tell. */
        LOST,
        REFUSED
    }

    Scenario {
        actors = List.copyOf(actors);
    }

    @Override
    public String toString() {
        return name;
    }

    /** One submit, two webhooks, two workers, a sweep and a notifier, in every pairing that differs. */
    static List<Scenario> all() {
        List<Scenario> scenarios = new ArrayList<>();
        List<Report> reports = List.of(
                new Report.Ended(UPSTREAM, "finished"),
                new Report.Ended(UPSTREAM, "failed"),
                new Report.NotEnded(UPSTREAM, new Progress(UpstreamStatus.RUNNING, 50)),
                new Report.Unreadable("?"),
                new Report.Ended(FOREIGN, "finished"));
        for (Submit submit : Submit.values()) {
            for (boolean succeeds : new boolean[] {true, false}) {
                for (int first = 0; first < reports.size(); first++) {
                    for (int second = first; second < reports.size(); second++) {
                        scenarios.add(of(submit, succeeds, reports.get(first), reports.get(second), false));
                    }
                }
                scenarios.add(of(submit, succeeds, reports.get(0), reports.get(1), true));
            }
        }
        return scenarios;
    }

    private static Scenario of(Submit submit, boolean succeeds, Report first, Report second, boolean twice) {
        List<Step> actors = new ArrayList<>(List.of(
                new Step.Submit("author-1"),
                new Step.UpstreamEnds(),
                new Step.Deliver(first),
                new Step.Deliver(second),
                new Step.Claim("worker-1"),
                new Step.Claim("worker-2"),
                new Step.Query(true)));
        if (twice) {
            actors.add(new Step.Submit("author-2"));
        }
        String name = "submit %s%s, upstream %s, webhooks %s and %s"
                .formatted(submit, twice ? " twice" : "", succeeds ? "finishes" : "fails", said(first), said(second));
        return new Scenario(name, submit, succeeds, actors);
    }

    private static String said(Report report) {
        return switch (report) {
            case Report.Ended(UpstreamTaskId id, String event) -> id.equals(UPSTREAM) ? event : "foreign";
            case Report.NotEnded notEnded -> "running";
            case Report.Unreadable unreadable -> "unreadable";
        };
    }
}
