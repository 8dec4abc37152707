package dev.darkroom.invariants;

import dev.darkroom.task.Progress;
import dev.darkroom.task.Report;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The actors on one task, and upstream's behaviour.
 *
 * @param submit what upstream does with the first submit; it accepts all others
 * @param succeeds whether upstream's task ends with a picture
 * @param leads actors that take some steps first, in this order
 */
record Scenario(String name, Submit submit, boolean succeeds, List<Lead> leads, List<Step> actors) {
    static final UpstreamTaskId UPSTREAM = new UpstreamTaskId("task-unified-1");
    static final UpstreamTaskId FOREIGN = new UpstreamTaskId("task-unified-2");

    /** The result of a submit at upstream. */
    enum Submit {
        ACCEPTED,
        /** Upstream accepted it, but the answer is lost. */
        TAKEN_UNSAID,
        /** Upstream never received it, but the caller cannot know. */
        LOST,
        REFUSED
    }

    /**
     * An actor that takes some steps before all others.
     *
     * @param steps the number of those steps
     */
    record Lead(Step first, int steps) {}

    record Start(World world, List<Step> next) {}

    Scenario {
        leads = List.copyOf(leads);
        actors = List.copyOf(actors);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Returns all different combinations of one submit, two webhooks, two workers, a sweep and a notifier. */
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
                        // Alternates between a sweep during a worker's lease and one after it.
                        boolean late = (first + second) % 2 == 0;
                        scenarios.add(of(submit, succeeds, reports.get(first), reports.get(second), false, late));
                    }
                }
                scenarios.add(of(submit, succeeds, reports.get(0), reports.get(1), true, true));
            }
        }
        return scenarios;
    }

    private static Scenario of(
            Submit submit, boolean succeeds, Report first, Report second, boolean twice, boolean late) {
        List<Step> actors = new ArrayList<>(List.of(
                new Step.Submit("author-1"),
                new Step.UpstreamEnds(),
                new Step.Deliver(first),
                new Step.Deliver(second),
                new Step.Claim("worker-1"),
                new Step.Claim("worker-2"),
                new Step.Query(late)));
        if (twice) {
            actors.add(new Step.Submit("author-2"));
        }
        String name = "submit %s%s, upstream %s, webhooks %s and %s"
                .formatted(submit, twice ? " twice" : "", succeeds ? "finishes" : "fails", said(first), said(second));
        return new Scenario(name, submit, succeeds, List.of(), actors);
    }

    /**
     * Returns scenarios of a task that has ended or is about to, and is deleted twice. An overtaken worker has not written its copy yet,
     * and a preview is being made.
     */
    static List<Scenario> deletions() {
        List<Lead> recorded = List.of(
                new Lead(new Step.Submit("author-1"), 3),
                new Lead(new Step.UpstreamEnds(), 1),
                new Lead(new Step.Query(true), 2));
        Report report = new Report.Ended(UPSTREAM, "finished");
        List<Lead> overtaken = and(
                recorded,
                new Lead(new Step.Claim("overtaken"), 2),
                new Lead(new Step.Deliver(report), 1),
                new Lead(new Step.Claim("worker"), 4));
        List<Lead> notifying = and(overtaken, new Lead(new Step.ClaimCallback("notifier"), 1));
        List<Lead> settling = and(recorded, new Lead(new Step.Claim("worker"), 2));
        List<Step> actors = List.of(
                new Step.Delete("user-1"),
                new Step.Claim("remover-1"),
                new Step.Query(true),
                new Step.Claim("remover-2"),
                new Step.ReadImage());
        return List.of(
                new Scenario("deleted before its callback", Submit.ACCEPTED, true, overtaken, actors),
                new Scenario("deleted while its callback is sent", Submit.ACCEPTED, true, notifying, actors),
                new Scenario(
                        "deleted twice, and reported late",
                        Submit.ACCEPTED,
                        true,
                        overtaken,
                        steps(actors, new Step.Delete("user-2"), new Step.Deliver(report))),
                new Scenario(
                        "deleted while it is settled",
                        Submit.ACCEPTED,
                        true,
                        settling,
                        steps(actors, new Step.Deliver(report))),
                new Scenario(
                        "failed, and deleted",
                        Submit.ACCEPTED,
                        false,
                        settling,
                        steps(actors, new Step.Deliver(report))));
    }

    /** Returns scenarios of a task whose callback is being sent, or was delivered, and is sent again twice. */
    static List<Scenario> sentAgain() {
        List<Lead> ended = List.of(
                new Lead(new Step.Submit("author-1"), 3),
                new Lead(new Step.UpstreamEnds(), 1),
                new Lead(new Step.Deliver(new Report.Ended(UPSTREAM, "finished")), 1),
                new Lead(new Step.Claim("worker"), 4));
        List<Step> actors = List.of(
                new Step.SendAgain("client-1"),
                new Step.SendAgain("client-2"),
                new Step.ClaimCallback("notifier-1"),
                new Step.ClaimCallback("notifier-2"),
                new Step.Query(true));
        Lead delivered = new Lead(new Step.ClaimCallback("notifier"), 3);
        Lead sending = new Lead(new Step.ClaimCallback("notifier"), 1);
        return List.of(
                new Scenario("sent again when delivered", Submit.ACCEPTED, true, and(ended, delivered), actors),
                new Scenario("sent again while it is sent", Submit.ACCEPTED, true, and(ended, sending), actors),
                new Scenario(
                        "sent again and deleted",
                        Submit.ACCEPTED,
                        true,
                        and(ended, delivered),
                        steps(actors, new Step.Delete("user-1"), new Step.Claim("remover-1"))));
    }

    private static List<Lead> and(List<Lead> leads, Lead... more) {
        return Stream.concat(leads.stream(), Stream.of(more)).toList();
    }

    private static List<Step> steps(List<Step> actors, Step... more) {
        return Stream.concat(actors.stream(), Stream.of(more)).toList();
    }

    /** Returns the world in which the leads have taken their steps, and the next step of each actor. */
    Start start(Play play) {
        World world = World.before(Play.START);
        List<Step> next = new ArrayList<>();
        for (Lead lead : leads) {
            Step step = lead.first();
            for (int taken = 0; taken < lead.steps(); taken++) {
                Orders.Taken<World, Step> after = play.take(world, step);
                world = after.world();
                step = after.next();
            }
            next.add(step);
        }
        next.addAll(actors);
        return new Start(world, next);
    }

    private static String said(Report report) {
        return switch (report) {
            case Report.Ended(UpstreamTaskId id, String event) -> id.equals(UPSTREAM) ? event : "foreign";
            case Report.NotEnded _ -> "running";
            case Report.Unreadable _ -> "unreadable";
        };
    }
}
