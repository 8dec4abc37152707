package dev.darkroom.priming;

import dev.darkroom.json.Json;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.TaskId;
import java.util.Map;

/** Items of the table as DynamoDB writes them, for a task that there is not. */
public final class Records {
    /** The task of every scene. */
    public static final TaskId TASK = new TaskId("task-rehearsal-000000000000");

    /** Its user, and its upstream task. */
    public static final String USER = "rehearsal";

    private static final String FILES = """
        [{"key":"images/cmVoZWFyc2Fs/task-rehearsal-000000000000/0.png","content_type":"image/png","bytes":70,\
        "sha256":"0000000000000000000000000000000000000000000000000000000000000000","width":1,"height":1}]\
        """;

    private Records() {}

    /** The task in this state, with these attributes beside or instead of the usual ones. */
    public static Json.Obj task(String state, Map<Attribute, String> texts, Map<Attribute, Long> numbers) {
        Json.Builder item = Json.object();
        put(item, Attribute.TASK_ID, TASK.value());
        put(item, Attribute.USER_ID, USER);
        put(item, Attribute.MODEL, "gpt-image-2");
        put(item, Attribute.REQUEST, "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"rehearsal\"}}");
        put(item, Attribute.RESOLUTION, "1K");
        put(item, Attribute.STATE, state);
        put(item, Attribute.UPSTREAM_TASK_ID, USER);
        put(item, Attribute.UPSTREAM_STATUS, state.equals("finished") ? "finished" : "running");
        if (state.equals("finished")) {
            put(item, Attribute.FILES, FILES);
        }
        long now = numbers.getOrDefault(Attribute.CREATED_AT, 0L);
        Map.of(
                        Attribute.CREDITS, 1L,
                        Attribute.ATTEMPTS, 1L,
                        Attribute.VERSION, 3L,
                        Attribute.PROGRESS, 50L,
                        Attribute.CREATED_AT, now,
                        Attribute.UPDATED_AT, now)
                .forEach((name, number) -> put(item, name, number));
        texts.forEach((name, text) -> put(item, name, text));
        numbers.forEach((name, number) -> put(item, name, number));
        return item.build();
    }

    /** The task's key, which is all that an index shows. */
    public static Json.Obj key() {
        Json.Builder key = Json.object();
        put(key, Attribute.TASK_ID, TASK.value());
        return key.build();
    }

    /** The task in this state. */
    public static Json.Obj task(String state) {
        return task(state, Map.of(), Map.of());
    }

    /** A failed task whose client is still to be told. */
    public static Json.Obj failed() {
        return task(
                "failed",
                Map.of(
                        Attribute.ERROR_MESSAGE,
                        "rehearsed",
                        Attribute.CALLBACK_URL,
                        "https://client.example.com/hook",
                        Attribute.CALLBACK_STATUS,
                        "waiting"),
                Map.of(Attribute.CALLBACK_ATTEMPTS, 1L, Attribute.DUE_AT, 0L));
    }

    private static void put(Json.Builder item, Attribute name, String text) {
        item.put(name.text(), Json.object().put("S", text).build());
    }

    private static void put(Json.Builder item, Attribute name, long number) {
        item.put(name.text(), Json.object().put("N", Long.toString(number)).build());
    }
}
