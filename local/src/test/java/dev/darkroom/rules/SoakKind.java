package dev.darkroom.rules;

import dev.darkroom.local.apidot.Fault;
import dev.darkroom.local.apidot.FaultRule;
import dev.darkroom.local.apidot.FileFault;
import dev.darkroom.local.apidot.PictureFormat;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.StatusFault;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.local.apidot.TaskFault;
import dev.darkroom.local.apidot.WebhookFault;
import dev.darkroom.local.apidot.WebhookVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The faults that one task meets, and how the task must end.
 *
 * @param end the task's last state; empty when no task may be left
 * @param errorType the error type of a failed task
 * @param submit the HTTP status of the submit's answer
 * @param accepted how many tasks upstream accepts
 * @param files how many files the finished task has
 */
record SoakKind(String name, List<Use> faults, String end, String errorType, int submit, int accepted, int files) {

    /** A fault and the number of times that it happens to one task. */
    record Use(Fault fault, int times) {}

    boolean endsAtADeadline() {
        return errorType.equals("settle_deadline") || errorType.equals("submit_unconfirmed");
    }

    private static SoakKind finished(String name, Fault... once) {
        return new SoakKind(name, uses(1, once), "finished", "", 200, 1, 1);
    }

    private static SoakKind failed(String name, String errorType, int accepted, Fault... always) {
        return new SoakKind(name, uses(FaultRule.ALWAYS, always), "failed", errorType, 200, accepted, 0);
    }

    private static SoakKind refused(String name, int status, Fault always) {
        return new SoakKind(name, uses(FaultRule.ALWAYS, always), "", "", status, 0, 0);
    }

    private static List<Use> uses(int times, Fault... faults) {
        List<Use> uses = new ArrayList<>();
        for (Fault fault : faults) {
            uses.add(new Use(fault, times));
        }
        return uses;
    }

    private static Fault status(int status, Reply.Body body) {
        return new StatusFault.Answers(Reply.of(status, body));
    }

    private static Fault file(int status) {
        return new FileFault.Answers(Reply.of(status, Reply.Body.TEXT));
    }

    private static Fault besides(WebhookVariant variant) {
        return new WebhookFault.Sends(variant, true);
    }

    static List<SoakKind> all() {
        Fault silent = new WebhookFault.Drops();
        List<SoakKind> kinds = new ArrayList<>(List.of(
                finished("clean"),
                new SoakKind("three files", uses(1, new TaskFault.HasFiles(3)), "finished", "", 200, 1, 3),
                finished("odd words", new TaskFault.Spells("processing", "success")),
                finished("wrong ending", new TaskFault.Draws(PictureFormat.WEBP, "png")),
                finished("progress", new TaskFault.ReportsProgress()),
                finished("slow task", new TaskFault.Takes(Duration.ofSeconds(3))),
                // Faults of webhooks.
                finished("no webhook", silent),
                finished("webhook late", new WebhookFault.Delays(Duration.ofSeconds(4))),
                finished("webhook 20 times", new WebhookFault.Duplicates(20)),
                finished("webhook out of order", new WebhookFault.Reorders()),
                finished("webhook first", new SubmitFault.WebhookFirst()),
                // Faults of submits.
                finished(
                        "429 first",
                        new SubmitFault.Answers(Reply.of(429, Reply.Body.APIDOT).retryAfter(1), false)),
                finished("503 first", new SubmitFault.Answers(Reply.of(503, Reply.Body.APIDOT), false)),
                finished("submit cut, taken", new SubmitFault.Cuts(Fault.Moment.AFTER_ACCEPTING)),
                finished("submit 500, taken", new SubmitFault.Answers(Reply.of(500, Reply.Body.HTML), true)),
                finished(
                        "submit without an id, taken",
                        new SubmitFault.Answers(Reply.of(200, Reply.Body.NO_TASK_ID), true)),
                finished("submit slow", new SubmitFault.Hangs(Duration.ofSeconds(3), Fault.Moment.AFTER_ACCEPTING)),
                failed(
                        "submit cut, not taken",
                        "submit_unconfirmed",
                        0,
                        new SubmitFault.Cuts(Fault.Moment.BEFORE_ACCEPTING)),
                failed(
                        "submit 504, taken, no webhook",
                        "submit_unconfirmed",
                        1,
                        new SubmitFault.Answers(Reply.of(504, Reply.Body.HTML), true),
                        silent),
                refused("submit 400", 400, new SubmitFault.Answers(Reply.of(400, Reply.Body.APIDOT), false)),
                refused("submit 402", 402, new SubmitFault.Answers(Reply.codeInBody(402), false)),
                refused("submit 403", 502, new SubmitFault.Answers(Reply.of(403, Reply.Body.HTML), false)),
                // Faults of status reads.
                finished("status 500", status(500, Reply.Body.HTML)),
                finished("status 401", status(401, Reply.Body.APIDOT)),
                finished("status 404", status(404, Reply.Body.DETAIL)),
                finished("status broken", status(200, Reply.Body.BROKEN_JSON)),
                finished("status cut", new StatusFault.Cuts()),
                finished("status behind", new StatusFault.Says("running")),
                finished("finished without files", new StatusFault.Says("finished")),
                // Failures at upstream.
                failed("fails", "upstream_failed", 1, new TaskFault.Fails("failed", "no: {prompt} at {file_url}")),
                failed("cancelled", "upstream_failed", 1, new TaskFault.Fails("cancelled", "no")),
                failed("never ends", "settle_deadline", 1, new TaskFault.NeverEnds("running")),
                // Faults of file downloads.
                finished("file 403", file(403)),
                finished("file 404", file(404)),
                finished("file 500", file(500)),
                finished("file cut", new FileFault.CutShort()),
                finished("file halved", new FileFault.Halved()),
                finished("file empty", new FileFault.Empty()),
                finished("file html", new FileFault.WrongType()),
                finished("file of no stated length", new FileFault.Chunked()),
                finished("file in gzip", new FileFault.Gzipped()),
                finished("file redirected", new FileFault.Redirects(3)),
                finished("file slow", new FileFault.Hangs(Duration.ofSeconds(2))),
                failed("file redirected too often", "result_unusable", 1, new FileFault.Redirects(4)),
                failed("file gone", "result_unusable", 1, file(410)),
                failed("file never there", "result_unusable", 1, file(404)),
                failed("file always html", "result_unusable", 1, new FileFault.WrongType()),
                failed("file too large", "result_unusable", 1, new FileFault.Huge(5_000_000, true)),
                failed("file endless", "result_unusable", 1, new FileFault.Endless()),
                failed(
                        "file elsewhere",
                        "result_unusable",
                        1,
                        new TaskFault.HasFileUrls(List.of("https://169.254.169.254/latest/meta-data/")))));
        for (WebhookVariant variant : WebhookVariant.values()) {
            kinds.add(finished("webhook " + variant, besides(variant)));
        }
        return List.copyOf(kinds);
    }
}
