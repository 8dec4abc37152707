package dev.darkroom.priming;

import dev.darkroom.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One event, what the outside says while it is handled, and how the answer can be recognised.
 *
 * @param event as Lambda hands it over
 * @param answer a part of the handler's answer
 * @param cues all calls that the handler makes; another call, or one of these that is not made, fails the scene
 * @param repeated whether it is played in every round; false where the code under way waits for a while
 */
public record Scene(Json.Obj event, String answer, List<Cue> cues, boolean repeated) {

    /**
     * What is answered to a call.
     *
     * @param call how it begins: an operation of DynamoDB's, or a method and a path
     * @param replies in this order, the last one again and again
     */
    public record Cue(String call, List<Reply> replies) {
        public Cue {
            replies = List.copyOf(replies);
        }
    }

    public Scene {
        cues = List.copyOf(cues);
    }

    /** A scene without calls, so far. */
    public static Scene of(Json.Obj event, String answer) {
        return new Scene(event, answer, List.of(), true);
    }

    /** The scene, in which this call is made too. */
    public Scene when(String call, Reply... replies) {
        List<Cue> more = new ArrayList<>(cues);
        more.add(new Cue(call, Arrays.asList(replies)));
        return new Scene(event, answer, more, repeated);
    }

    /** The scene, played in the first round only. */
    public Scene once() {
        return new Scene(event, answer, cues, false);
    }

    byte[] eventBytes() {
        return event.text().getBytes(StandardCharsets.UTF_8);
    }
}
