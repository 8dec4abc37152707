package dev.darkroom.invariants;

import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.Fault;
import dev.darkroom.local.apidot.PictureFormat;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.StatusFault;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.local.apidot.TaskFault;
import java.util.List;

/**
 * A task's life, without any crash.
 *
 * @param key whether the client sends an idempotency key, and so may repeat its submit
 * @param webhook whether upstream's webhook arrives
 * @param edit whether there is a source image
 * @param files the number of upstream's files; 0 when upstream's task fails
 * @param upstream upstream's faults, each once
 * @param after what the user does after the end
 * @param leftover whether an image of an earlier task with the same idempotency key is still in the bucket
 */
record Story(
        String name,
        boolean key,
        boolean webhook,
        boolean edit,
        int files,
        List<Fault> upstream,
        After after,
        boolean leftover) {

    /** What the user does with an ended task. */
    enum After {
        NOTHING,
        /** Has the callback sent again after its delivery. */
        SENDS_AGAIN,
        /** Deletes the task when no work is left. */
        DELETES,
        /** Deletes the task at once, while its callback is on the way. */
        DELETES_AT_ONCE;

        boolean isDeletion() {
            return this == DELETES || this == DELETES_AT_ONCE;
        }
    }

    static final List<Story> ALL = List.of(
            new Story("reported by a webhook", true, true, false, 1, List.of(), After.NOTHING),
            new Story(
                    "found by polling, two files",
                    false,
                    false,
                    false,
                    2,
                    List.of(new StatusFault.Says("running"), new TaskFault.HasFiles(2)),
                    After.NOTHING),
            new Story(
                    "an edit that upstream fails",
                    true,
                    true,
                    true,
                    0,
                    List.of(new TaskFault.Fails("failed", "The prompt violates our content policy")),
                    After.NOTHING),
            // The client gets no answer and repeats the submit, which is then accepted.
            new Story(
                    "refused by upstream once",
                    true,
                    false,
                    false,
                    1,
                    List.of(new SubmitFault.Answers(Reply.of(402, Reply.Body.APIDOT), false)),
                    After.NOTHING),
            new Story(
                    "over an earlier task's image",
                    true,
                    true,
                    false,
                    1,
                    List.of(new TaskFault.Draws(PictureFormat.PNG, "png")),
                    After.NOTHING,
                    true),
            new Story("told again", true, true, false, 1, List.of(), After.SENDS_AGAIN),
            new Story("deleted by its user", true, true, false, 1, List.of(), After.DELETES),
            new Story("deleted before its client is told", true, true, false, 1, List.of(), After.DELETES_AT_ONCE),
            new Story(
                    "failed and deleted",
                    false,
                    false,
                    false,
                    0,
                    List.of(new TaskFault.Fails("failed", "The prompt violates our content policy")),
                    After.DELETES));

    Story(String name, boolean key, boolean webhook, boolean edit, int files, List<Fault> upstream, After after) {
        this(name, key, webhook, edit, files, upstream, after, false);
    }

    Story {
        upstream = List.copyOf(upstream);
    }

    @Override
    public String toString() {
        return name;
    }

    Json.Obj body(String prompt, String callbackUrl, String sourceUrl) {
        Json.Builder input = Json.object().put("prompt", prompt);
        if (edit) {
            input.put("image_urls", Json.array(List.of(Json.of(sourceUrl))));
        }
        return Json.object()
                .put("model", edit ? "gpt-image-2-edit" : "gpt-image-2")
                .put("callback_url", callbackUrl)
                .put("input", input.build())
                .build();
    }
}
