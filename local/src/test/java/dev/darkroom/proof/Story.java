package dev.darkroom.proof;

import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.Fault;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.StatusFault;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.local.apidot.TaskFault;
import java.util.List;

/**
 * A task's life as it goes without a crash.
 *
 * @param key whether the client sends an idempotency key, and so may repeat its submit
 * @param webhook whether upstream's webhook arrives
 * @param edit whether there is a source image
 * @param files that upstream makes if it takes the task; 0 when it fails
 * @param upstream what upstream does otherwise than usual, each once
 */
record Story(String name, boolean key, boolean webhook, boolean edit, int files, List<Fault> upstream) {

    static final List<Story> ALL = List.of(
            new Story("reported by a webhook", true, true, false, 1, List.of()),
            new Story(
                    "found by polling, two files",
                    false,
                    false,
                    false,
                    2,
                    List.of(new StatusFault.Says("running"), new TaskFault.HasFiles(2))),
            new Story(
                    "an edit that upstream fails",
                    true,
                    true,
                    true,
                    0,
                    List.of(new TaskFault.Fails("failed", "The prompt violates our content policy"))),
            // A client that got no answer repeats it, and then it is taken.
            new Story(
                    "refused by upstream once",
                    true,
                    false,
                    false,
                    1,
                    List.of(new SubmitFault.Answers(Reply.of(402, Reply.Body.APIDOT), false))));

    Story {
        upstream = List.copyOf(upstream);
    }

    @Override
    public String toString() {
        return name;
    }

    /** The body of the submit. */
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
