package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.Fault.Moment;
import java.time.Duration;

/** Faults as JSON, for the control route. */
final class FaultJson {
    private static final long MIB = 1024L * 1024;
    private static final long MAX_BYTES = 1024 * 1024 * MIB;

    private FaultJson() {}

    /** Adds the fault that this body describes. Throws IllegalArgumentException if the body is wrong; the message says why. */
    static FaultRule put(Json body, Faults faults) {
        Fields fields = new Fields(body);
        Fault fault = fault(fields.text("fault"), fields);
        int times = fields.count("times", 1, FaultRule.ALWAYS, 1_000_000);
        String match = fields.text("match", "");
        fields.refuseOthers();
        return faults.add(fault, times, match);
    }

    static Json write(FaultRule rule) {
        return Json.object()
                .put("id", rule.id())
                .put("description", rule.fault().getClass().getInterfaces()[0].getSimpleName() + "." + rule.fault())
                .put("match", rule.match())
                .put("times", rule.times())
                .put("applied", rule.applied())
                .build();
    }

    private static Fault fault(String kind, Fields fields) {
        return switch (kind) {
            case "submit_answers" -> new SubmitFault.Answers(reply(fields), fields.flag("accepted", false));
            case "submit_hangs" -> new SubmitFault.Hangs(seconds(fields), moment(fields));
            case "submit_cut" -> new SubmitFault.Cuts(moment(fields));
            case "submit_webhook_first" -> new SubmitFault.WebhookFirst();
            case "task_fails" ->
                new TaskFault.Fails(
                        fields.text("word", "failed"),
                        fields.text("message", "The prompt violates our content policy"));
            case "task_never_ends" -> new TaskFault.NeverEnds(fields.text("word", "running"));
            case "task_spells" ->
                new TaskFault.Spells(fields.text("running", "running"), fields.text("finished", "finished"));
            case "task_has_files" -> new TaskFault.HasFiles(fields.count("count", 0, 0, 100));
            case "task_has_file_urls" -> new TaskFault.HasFileUrls(fields.texts("urls"));
            case "task_draws" -> {
                PictureFormat format = fields.word("format", PictureFormat.class, PictureFormat.PNG);
                yield new TaskFault.Draws(format, fields.text("extension", format.extension()));
            }
            case "task_takes" -> new TaskFault.Takes(seconds(fields));
            case "task_reports_progress" -> new TaskFault.ReportsProgress();
            case "status_answers" -> new StatusFault.Answers(reply(fields));
            case "status_hangs" -> new StatusFault.Hangs(seconds(fields));
            case "status_cut" -> new StatusFault.Cuts();
            case "status_says" -> new StatusFault.Says(fields.text("word"));
            case "webhook_dropped" -> new WebhookFault.Drops();
            case "webhook_delayed" -> new WebhookFault.Delays(seconds(fields));
            case "webhook_duplicated" -> new WebhookFault.Duplicates(fields.count("copies", 2, 2, 100));
            case "webhook_reordered" -> new WebhookFault.Reorders();
            case "webhook_sends" ->
                new WebhookFault.Sends(
                        fields.word("variant", WebhookVariant.class, WebhookVariant.GENUINE),
                        fields.flag("genuine_too", true));
            case "file_answers" -> new FileFault.Answers(reply(fields));
            case "file_wrong_type" -> new FileFault.WrongType();
            case "file_cut_short" -> new FileFault.CutShort();
            case "file_halved" -> new FileFault.Halved();
            case "file_empty" -> new FileFault.Empty();
            case "file_huge" ->
                new FileFault.Huge(fields.number("bytes", 128 * MIB, 1, MAX_BYTES), fields.flag("length_stated", true));
            case "file_endless" -> new FileFault.Endless();
            case "file_chunked" -> new FileFault.Chunked();
            case "file_gzipped" -> new FileFault.Gzipped();
            case "file_gzip_bomb" -> new FileFault.GzipBomb(fields.number("bytes", 256 * MIB, 1, MAX_BYTES));
            case "file_redirects" -> new FileFault.Redirects(fields.count("hops", 1, 1, 1000));
            case "file_slow" -> new FileFault.Slow(fields.count("bytes_per_second", 1024, 1, Integer.MAX_VALUE));
            case "file_hangs" -> new FileFault.Hangs(seconds(fields));
            default -> throw new IllegalArgumentException("unknown fault " + kind);
        };
    }

    private static Reply reply(Fields fields) {
        int status = fields.count("status", 500, 200, 599);
        return new Reply(
                status,
                fields.word("body", Reply.Body.class, Reply.Body.APIDOT),
                fields.count("code", status, 0, 999),
                fields.optional("retry_after").orElse(null),
                fields.optional("location").orElse(null));
    }

    private static Duration seconds(Fields fields) {
        return fields.seconds("seconds", Duration.ofSeconds(60));
    }

    private static Moment moment(Fields fields) {
        return fields.word("moment", Moment.class, Moment.AFTER_ACCEPTING);
    }
}
