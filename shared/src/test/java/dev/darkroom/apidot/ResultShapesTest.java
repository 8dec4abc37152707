package dev.darkroom.apidot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.StatusRead.Finished;
import dev.darkroom.apidot.StatusRead.Odd;
import dev.darkroom.net.Exchange;
import dev.darkroom.task.Report;
import dev.darkroom.task.UpstreamTaskId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every state word with every place, form and nesting of files. The pictures are paid for, so each shape must be read. */
class ResultShapesTest {
    private static final UpstreamTaskId ID = new UpstreamTaskId("task-1");
    private static final String A = "https://storage.example.com/a b.png";
    private static final String B = "https://storage.example.com/b.png";

    private static final List<String> FINISHED =
            List.of("finished", "success", "succeeded", "succeed", "completed", "complete", "done");
    private static final List<String> FAILED =
            List.of("failed", "failure", "error", "cancelled", "canceled", "rejected", "expired", "timeout");

    /** The nesting around the files. */
    private record Place(String name, UnaryOperator<String> fields) {}

    private static final List<Place> PLACES = List.of(
            new Place("output.files", files -> "\"output\":{\"files\":" + files + "}"),
            new Place("output", files -> "\"output\":" + files),
            new Place("files", files -> "\"files\":" + files),
            new Place("images", files -> "\"images\":" + files),
            new Place("outputs", files -> "\"outputs\":" + files));

    private static final List<UnaryOperator<String>> FORMS = List.of(
            url -> "{\"file_url\":\"" + url + "\",\"file_type\":\"image\"}",
            url -> "{\"url\":\"" + url + "\"}",
            url -> "{\"image_url\":\"" + url + "\"}",
            url -> "{\"image_url\":{\"url\":\"" + url + "\"}}",
            url -> "{\"file_url\":null,\"url\":\"" + url + "\"}",
            url -> "\"" + url + "\"",
            url -> "\" " + url + "\\n\"",
            url -> "\"" + url.replace("https://", "ht\\ttps:\\n//") + "\"");

    /** The whole body. In the last one, the files are beside the data. */
    private static final List<String> NESTINGS = List.of(
            "{\"code\":200,\"data\":{\"task_id\":\"task-1\",\"status\":\"%1$s\",%2$s}}",
            "{\"task_id\":\"task-1\",\"status\":\"%1$s\",%2$s}",
            "{\"task_id\":\"task-1\",\"status\":\"%1$s\",\"data\":{%2$s}}",
            "{\"task_id\":\"task-1\",\"data\":{\"status\":\"%1$s\",%2$s}}",
            "{\"status\":\"%1$s\",\"data\":{\"task_id\":\"task-1\",%2$s}}",
            "{\"data\":{\"task_id\":\"task-1\",\"state\":\"%1$s\",%2$s}}",
            "{\"data\":{\"task_id\":\"task-1\",\"task_status\":\"%1$s\",%2$s}}");

    private static StatusRead read(String body) {
        return StatusAnswer.of(new Exchange.Answered<>(new Wire.Answer(200, null, body)), ID, List.of());
    }

    private static List<String> cases(String word) {
        return List.of(
                word,
                word.toUpperCase(Locale.ROOT),
                " " + word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1) + " ");
    }

    @Test
    void every_combination_of_word_place_form_and_nesting_is_a_finished_task() {
        int combinations = 0;
        for (String word : FINISHED) {
            for (String written : cases(word)) {
                for (String nesting : NESTINGS) {
                    for (Place place : PLACES) {
                        for (UnaryOperator<String> form : FORMS) {
                            String one = form.apply(A);
                            String other = form.apply(B);
                            Map<String, List<String>> lists = Map.of(
                                    one,
                                    List.of(A),
                                    "[" + one + "]",
                                    List.of(A),
                                    "[" + one + "," + other + "]",
                                    List.of(A, B),
                                    "[" + one + "," + other + "," + one + "]",
                                    List.of(A, B));
                            for (Map.Entry<String, List<String>> files : lists.entrySet()) {
                                String body = String.format(
                                        nesting, written, place.fields().apply(files.getKey()));
                                assertThat(read(body)).as(body).isEqualTo(new Finished(files.getValue()));
                                assertThat(Webhook.read(body)).as(body).isEqualTo(new Report.Ended(ID, body));
                                combinations++;
                            }
                        }
                    }
                }
            }
        }
        System.out.println("combinations: " + combinations);
        assertThat(combinations).isGreaterThan(10_000);
    }

    @Test
    void every_failing_word_is_a_failed_task_where_the_task_itself_says_it() {
        for (String word : FAILED) {
            for (String written : cases(word)) {
                for (String nesting : NESTINGS) {
                    String body = String.format(nesting, written, "\"files\":[]");
                    boolean envelope = body.indexOf(written) < body.indexOf("\"data\"");
                    assertThat(read(body)).as(body).isInstanceOf(envelope ? Odd.class : StatusRead.Failed.class);
                    assertThat(Webhook.read(body))
                            .as(body)
                            .isInstanceOf(envelope ? Report.NotEnded.class : Report.Ended.class);
                }
            }
        }
    }

    @Test
    void the_first_place_that_has_a_url_counts() {
        String b = "[\"" + B + "\"]";
        String a = "[{\"file_url\":\"" + A + "\"}]";
        List<String> inOrder = List.of(
                "\"data\":{\"status\":\"done\",\"output\":{\"files\":%s,\"url\":\"https://x.example/\"},\"files\":%s}",
                "\"data\":{\"status\":\"done\",\"output\":%s,\"files\":%s}",
                "\"data\":{\"status\":\"done\",\"files\":%s},\"files\":%s",
                "\"files\":%s,\"data\":{\"status\":\"done\",\"images\":%s}");
        for (String body : inOrder) {
            assertThat(read("{" + String.format(body, a, b) + "}")).as(body).isEqualTo(new Finished(List.of(A)));
            for (String empty :
                    List.of("[]", "null", "{}", "\"made it\"", "7", "[null]", "[{\"file_type\":\"image\"}]")) {
                if (body.contains("x.example") && !empty.equals("null")) {
                    continue;
                }
                String other = String.format(body, empty, b).replace(",\"url\":\"https://x.example/\"", "");
                assertThat(read("{" + other + "}")).as(other).isEqualTo(new Finished(List.of(B)));
            }
        }
    }

    @Test
    void data_that_is_a_list_is_the_files() {
        String files = "[{\"url\":\"" + A + "\",\"b64_json\":null},{\"url\":\"" + B + "\"}]";

        assertThat(read("{\"status\":\"completed\",\"data\":" + files + "}")).isEqualTo(new Finished(List.of(A, B)));
        assertThat(read("{\"created\":1,\"data\":" + files + "}")).isInstanceOf(Odd.class);
    }

    @Test
    void more_files_than_a_task_has_room_for_keep_it_open() {
        for (int count : new int[] {Results.MOST_FILES, Results.MOST_FILES + 1}) {
            String files = IntStream.range(0, count)
                    .mapToObj(i -> "\"" + B + "?" + i + "\"")
                    .collect(Collectors.joining(","));

            assertThat(read("{\"data\":{\"status\":\"finished\",\"files\":[" + files + "]}}"))
                    .isInstanceOf(count > Results.MOST_FILES ? Odd.class : Finished.class);
        }
    }

    @Test
    void a_file_without_a_url_beside_one_that_has_one_keeps_the_task_open() {
        for (String other :
                List.of("{}", "null", "\"\"", "\"here it is\"", "7", "[\"" + B + "\"]", "{\"file_url\":\" \"}")) {
            String body = "{\"data\":{\"status\":\"finished\",\"files\":[\"" + A + "\"," + other + "]}}";
            assertThat(read(body))
                    .as(body)
                    .isInstanceOfSatisfying(
                            Odd.class, odd -> assertThat(odd.certain()).isFalse());
        }
    }
}
