package dev.darkroom.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.net.HostileUrls;
import dev.darkroom.net.TrustedHosts;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static final String README_GENERATE = """
        {
          "model": "gpt-image-2",
          "callback_url": "https://your-domain.com/callback",
          "input": {
            "prompt": "A premium product photo of a silver espresso machine on a clean white studio background, realistic lighting, high detail",
            "quality": "low",
            "size": "1:1",
            "resolution": "1K"
          }
        }
        """;
    private static final String README_EDIT = """
        {
          "model": "gpt-image-2-edit",
          "callback_url": "https://your-domain.com/callback",
          "input": {
            "prompt": "Replace the background with a clean white studio backdrop and add a soft natural shadow",
            "quality": "high",
            "size": "2304x2048",
            "resolution": "2K",
            "image_urls": [
              "https://your-domain.com/source-image.png"
            ]
          }
        }
        """;

    @Test
    void the_readme_generate_payload_is_valid_as_it_stands() {
        ImageRequest request = Requests.valid(README_GENERATE);

        assertThat(request.model()).isEqualTo(Model.GPT_IMAGE_2);
        assertThat(request.prompt()).startsWith("A premium product photo").endsWith("high detail");
        assertThat(request.quality()).isEqualTo(Quality.LOW);
        assertThat(request.size()).isEqualTo(Size.Named.SQUARE);
        assertThat(request.resolution()).isEqualTo(Resolution.K1);
        assertThat(request.sources()).isEmpty();
        assertThat(request.callbackUrl()).isEqualTo("https://your-domain.com/callback");
    }

    @Test
    void the_readme_edit_payload_is_valid_as_it_stands() {
        ImageRequest request = Requests.valid(README_EDIT);

        assertThat(request.model()).isEqualTo(Model.GPT_IMAGE_2_EDIT);
        assertThat(request.size()).isEqualTo(new Size.Custom(2304, 2048));
        assertThat(request.resolution()).isEqualTo(Resolution.K2);
        assertThat(request.sources())
                .extracting(Source::text)
                .containsExactly("https://your-domain.com/source-image.png");
        assertThat(request.price().credits()).isEqualTo(24);
    }

    static Stream<Arguments> what_is_wrong_is_told_by_field() {
        return Stream.of(
                // the body as a whole
                Arguments.of("", "body"),
                Arguments.of("not json", "body"),
                Arguments.of("[]", "body"),
                Arguments.of("null", "body"),
                Arguments.of("\"text\"", "body"),
                Arguments.of("{\"model\":", "body"),
                Arguments.of("[".repeat(40), "body"),
                Arguments.of("{}", "model input"),
                // required fields, types, null
                Arguments.of("{'input':{'prompt':'x'}}", "model"),
                Arguments.of("{'model':'gpt-image-2'}", "input"),
                Arguments.of("{'model':'gpt-image-2','input':{}}", "input.prompt"),
                Arguments.of("{'model':'gpt-image-2','input':null}", "input"),
                Arguments.of("{'model':'gpt-image-2','input':[]}", "input"),
                Arguments.of("{'model':'gpt-image-2','input':'x'}", "input"),
                Arguments.of("{'model':null,'input':{'prompt':'x'}}", "model"),
                Arguments.of("{'model':2,'input':{'prompt':'x'}}", "model"),
                Arguments.of("{'model':'GPT-Image-2','input':{'prompt':'x'}}", "model"),
                Arguments.of("{'model':' gpt-image-2','input':{'prompt':'x'}}", "model"),
                Arguments.of("{'model':'gpt-image-1','input':{'prompt':'x'}}", "model"),
                Arguments.of("{'model':'gpt-image-2','callback_url':null,'input':{'prompt':'x'}}", "callback_url"),
                Arguments.of("{'model':'gpt-image-2','callback_url':7,'input':{'prompt':'x'}}", "callback_url"),
                Arguments.of(input("'prompt':null"), "input.prompt"),
                Arguments.of(input("'prompt':['x']"), "input.prompt"),
                Arguments.of(input("'prompt':true"), "input.prompt"),
                Arguments.of(input("'prompt':{}"), "input.prompt"),
                Arguments.of(input("'prompt':'x','quality':null"), "input.quality"),
                Arguments.of(input("'prompt':'x','quality':1"), "input.quality"),
                Arguments.of(input("'prompt':'x','quality':'Low'"), "input.quality"),
                Arguments.of(input("'prompt':'x','quality':'auto'"), "input.quality"),
                Arguments.of(input("'prompt':'x','quality':''"), "input.quality"),
                Arguments.of(input("'prompt':'x','resolution':null"), "input.resolution"),
                Arguments.of(input("'prompt':'x','resolution':'2k'"), "input.resolution"),
                Arguments.of(input("'prompt':'x','resolution':'8K'"), "input.resolution"),
                Arguments.of(input("'prompt':'x','resolution':4"), "input.resolution"),
                Arguments.of(input("'prompt':'x','size':null"), "input.size"),
                Arguments.of(input("'prompt':'x','size':1024"), "input.size"),
                Arguments.of(input("'prompt':'x','size':'Auto'"), "input.size"),
                Arguments.of(input("'prompt':'x','size':'2:1'"), "input.size"),
                Arguments.of(input("'prompt':'x','size':'1024'"), "input.size"),
                // input.n is refused, whatever its value
                Arguments.of(input("'prompt':'x','n':1"), "input.n"),
                Arguments.of(input("'prompt':'x','n':2"), "input.n"),
                Arguments.of(input("'prompt':'x','n':null"), "input.n"),
                Arguments.of(input("'prompt':'x','n':'1'"), "input.n"),
                // blank and forbidden characters
                Arguments.of(input("'prompt':''"), "input.prompt"),
                Arguments.of(input("'prompt':' \\t\\n\\u00a0\\u3000'"), "input.prompt"),
                Arguments.of(input("'prompt':'\\u200b\\u200d\\ufeff\\u2060 \\u00ad'"), "input.prompt"),
                Arguments.of(input("'prompt':'a\\u0000b'"), "input.prompt"),
                Arguments.of(input("'prompt':'a\\u001bb'"), "input.prompt"),
                Arguments.of(input("'prompt':'a\\u007fb'"), "input.prompt"),
                Arguments.of(input("'prompt':'a\\u0085b'"), "input.prompt"),
                Arguments.of(input("'prompt':'a\\ud800b'"), "input.prompt"),
                Arguments.of(input("'prompt':'a\\udc00\\ud800b'"), "input.prompt"),
                Arguments.of(input("'prompt':'a\\udfff'"), "input.prompt"),
                // images and models
                Arguments.of(input("'prompt':'x','image_urls':['https://example.com/a.png']"), "input.image_urls"),
                Arguments.of(input("'prompt':'x','image_urls':[]"), "input.image_urls"),
                Arguments.of(input("'prompt':'x','image_urls':null"), "input.image_urls"),
                Arguments.of(edit(""), "input.image_urls"),
                Arguments.of(edit(",'image_urls':[]"), "input.image_urls"),
                Arguments.of(edit(",'image_urls':null"), "input.image_urls"),
                Arguments.of(edit(",'image_urls':'https://example.com/a.png'"), "input.image_urls"),
                Arguments.of(
                        edit(",'image_urls':['https://example.com/a.png',null,1,'http://example.com/b.png','x','']"),
                        "input.image_urls[1] input.image_urls[2] input.image_urls[3] input.image_urls[4]"
                                + " input.image_urls[5]"),
                // unknown fields
                Arguments.of("{'model':'gpt-image-2','input':{'prompt':'x'},'extra':1}", "extra"),
                Arguments.of("{'model':'gpt-image-2','input':{'prompt':'x'},'':1}", "?"),
                Arguments.of("{'model':'gpt-image-2','input':{'prompt':'x'},'n':1}", "n"),
                Arguments.of("{'model':'gpt-image-2','input':{'prompt':'x'},'prompt':'x'}", "prompt"),
                Arguments.of(input("'prompt':'x','style':'vivid','seed':1"), "input.style input.seed"),
                // duplicates
                Arguments.of("{'model':'gpt-image-2','model':'gpt-image-2','input':{'prompt':'x'}}", "model"),
                Arguments.of(input("'prompt':'x','prompt':'y','size':'auto','size':'auto'"), "input.prompt input.size"),
                Arguments.of(edit(",'image_urls':[{'a':1,'a':2}]"), "input.image_urls[0].a input.image_urls[0]"));
    }

    @ParameterizedTest
    @MethodSource
    void what_is_wrong_is_told_by_field(String body, String fields) {
        assertThat(Requests.problems(body.replace('\'', '"')))
                .extracting(Problem::field)
                .containsExactly(fields.split(" "));
    }

    private static String input(String fields) {
        return "{'model':'gpt-image-2','input':{" + fields + "}}";
    }

    private static String edit(String more) {
        return "{'model':'gpt-image-2-edit','input':{'prompt':'x'" + more + "}}";
    }

    @Test
    void all_problems_of_one_request_are_told_together() {
        String body = """
            {"model":"gpt-image-3","callback_url":"http://example.com/","colour":"red","input":{
            "prompt":"","prompt":"again","quality":"best","size":"3840x100","resolution":"1K","n":1,
            "image_urls":["ftp://example.com/a","https://example.com/b"],"imageUrls":[]}}\
            """;

        assertThat(Requests.problems(body))
                .extracting(Problem::field)
                .containsExactly(
                        "input.prompt",
                        "model",
                        "callback_url",
                        "input.prompt",
                        "input.quality",
                        "input.size",
                        "input.size",
                        "input.size",
                        "input.resolution",
                        "input.image_urls[0]",
                        "input.n",
                        "input.imageUrls",
                        "colour");
    }

    @ParameterizedTest
    @CsvSource({
        "input.imageUrls, 'known here: prompt, quality, size, resolution, image_urls'",
        "callbackUrl, 'known here: model, callback_url, input'",
        "prompt, did you mean input.prompt?",
    })
    void an_unknown_field_is_told_with_the_known_ones_or_its_right_place(String field, String hint) {
        String name = field.substring(field.indexOf('.') + 1);
        String body = field.startsWith("input.")
                ? input("'prompt':'x','" + name + "':1")
                : "{'model':'gpt-image-2','input':{'prompt':'x'},'" + name + "':1}";

        assertThat(Requests.problems(body.replace('\'', '"')))
                .containsExactly(new Problem(field, "is not a known field; " + hint));
    }

    @Test
    void a_strangers_name_is_shown_shortened_and_in_plain_ascii() {
        assertThat(Problem.shown("x".repeat(60))).isEqualTo("x".repeat(60));
        assertThat(Problem.shown("x".repeat(61))).isEqualTo("x".repeat(60) + "...");
        assertThat(Problem.shown("input.ä[0]\n")).isEqualTo("input.?[0]?");
        assertThat(Problem.shown("")).isEqualTo("?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1024x640",
                "640x1024",
                "1264x528",
                "1024x1024",
                "2304x2048",
                "2048x1152",
                "3824x2160",
                "2880x2880",
                "1408x480",
                "1440x480"
            })
    void a_custom_size_within_every_bound_is_valid(String size) {
        assertThat(Requests.valid(Requests.body("gpt-image-2", "low", size, "2K"))
                        .size())
                .isEqualTo(Size.parse(size).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1024x624   | from 655360 to 8294400",
                "1024x632   | multiples of 16; from 655360 to 8294400",
                "1025x1024  | multiples of 16",
                "1024x1032  | multiples of 16",
                "2880x2896  | from 655360 to 8294400",
                "3840x2176  | from 655360 to 8294400",
                "3856x2144  | at most 3840",
                "2144x3856  | at most 3840",
                "1456x480   | at most 3 times",
                "480x1456   | at most 3 times",
                "3840x1264  | at most 3 times",
                "16x16      | from 655360 to 8294400",
                "999999999x999999999 | multiples of 16; at most 3840; from 655360 to 8294400",
                "1x999999999| multiples of 16; at most 3840; at most 3 times; from 655360 to 8294400",
                "1024X640   | WIDTHxHEIGHT",
                "1024×640   | WIDTHxHEIGHT",
                "01024x640  | WIDTHxHEIGHT",
                "1024x-640  | WIDTHxHEIGHT",
                "+1024x640  | WIDTHxHEIGHT",
                "1024x640x1 | WIDTHxHEIGHT",
                "0x0        | WIDTHxHEIGHT",
                "' 1024x640'| WIDTHxHEIGHT",
                "１０２４x640  | WIDTHxHEIGHT",
                "1000000000x640 | WIDTHxHEIGHT",
                "1024x      | WIDTHxHEIGHT"
            })
    void a_custom_size_beyond_a_bound_is_refused_for_every_rule_it_breaks(String size, String reasons) {
        String[] parts = reasons.split("; ", -1);
        List<Problem> problems = Requests.problems(Requests.body("gpt-image-2", "low", size, "4K"));

        assertThat(problems)
                .hasSize(parts.length)
                .allMatch(problem -> problem.field().equals("input.size"));
        for (int i = 0; i < parts.length; i++) {
            assertThat(problems.get(i).message()).contains(parts[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2304x2048, '', false",
        "2304x2048, 1K, false",
        "2304x2048, 2K, true",
        "2304x2048, 4K, true",
        "3840x2160, '', false",
        "3840x2160, 1K, false",
        "3840x2160, 2K, false",
        "3840x2160, 4K, true",
        "1280x3840, 2K, false",
        "1280x3840, 4K, true",
        "3824x2160, 2K, true",
        "auto, 4K, true",
        "auto, '', true",
        "'', 4K, true",
        "1:1, 4K, true",
        "16:9, '', true"
    })
    void a_custom_size_needs_a_resolution_that_can_hold_it(String size, String resolution, boolean valid) {
        List<Problem> problems = Requests.problems(Requests.body("gpt-image-2", "", size, resolution));

        assertThat(problems).extracting(Problem::field).isEqualTo(valid ? List.of() : List.of("input.resolution"));
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "2, true", "16, true", "17, false"})
    void an_edit_takes_one_to_sixteen_images(int count, boolean valid) {
        String urls = Json.array(IntStream.range(0, count)
                        .mapToObj(i -> Json.of("https://example.com/" + i))
                        .toList())
                .text();
        String body = edit(",'image_urls':").replace('\'', '"').replace("}}", urls + "}}");

        assertThat(Requests.problems(body))
                .extracting(Problem::field)
                .isEqualTo(valid ? List.of() : List.of("input.image_urls"));
        if (valid) {
            assertThat(Requests.valid(body).sources()).hasSize(count);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com/hook, true",
        "https://example.com:8443/hook?a=b, true",
        "http://example.com/hook, false",
        "https://user:secret@example.com/hook, false",
        "https://user@example.com/hook, false",
        "https://localhost/hook, false",
        "https://intranet/hook, false",
        "https://10.0.0.1/hook, false",
        "https://0x7f000001/hook, false",
        "https://[::1]/hook, false",
        "//example.com/hook, false",
        "/hook, false",
        "ftp://example.com/hook, false",
        "https:///hook, false",
        "https://exa mple.com/, false"
    })
    void a_callback_url_and_an_image_url_must_be_public_and_https(String url, boolean valid) {
        String body = ("{'model':'gpt-image-2-edit','callback_url':'" + url + "','input':{'prompt':'x','image_urls':['"
                        + url + "']}}")
                .replace('\'', '"');

        assertThat(Requests.problems(body))
                .extracting(Problem::field)
                .isEqualTo(valid ? List.of() : List.of("callback_url", "input.image_urls[0]"));
        assertThat(Requests.problems(body))
                .noneMatch(problem -> problem.message().contains(url));
    }

    static List<String> hostileUrls() {
        return HostileUrls.ALL;
    }

    @ParameterizedTest
    @MethodSource("hostileUrls")
    void a_hostile_callback_url_is_refused_by_its_text(String url) {
        String body = Json.object()
                .put("model", "gpt-image-2")
                .put("callback_url", url)
                .put("input", Json.object().put("prompt", "x").build())
                .build()
                .text();

        assertThat(Requests.problems(body)).extracting(Problem::field).containsExactly("callback_url");
    }

    @Test
    void a_url_is_kept_in_the_spelling_that_was_judged() {
        String url = "HTTPS://b\u00fccher.Example/\u00e4#part#of";
        String body = "{\"model\":\"gpt-image-2-edit\",\"callback_url\":\"" + url
                + "\",\"input\":{\"prompt\":\"x\",\"image_urls\":[\"" + url + "\"]}}";
        ImageRequest request = Requests.valid(body);
        assertThat(request.callbackUrl()).isEqualTo("https://xn--bcher-kva.example/%C3%A4");
        assertThat(request.sources()).extracting(Source::text).containsExactly("https://xn--bcher-kva.example/%C3%A4");
    }

    @ParameterizedTest
    @CsvSource({"2048, true", "2049, false"})
    void a_callback_url_has_at_most_2048_characters(int length, boolean valid) {
        String url = "https://example.com/" + "a".repeat(length - "https://example.com/".length());
        String body = "{\"model\":\"gpt-image-2\",\"callback_url\":\"" + url + "\",\"input\":{\"prompt\":\"x\"}}";

        assertThat(Requests.problems(body))
                .extracting(Problem::field)
                .isEqualTo(valid ? List.of() : List.of("callback_url"));
    }

    @ParameterizedTest
    @CsvSource({
        "darkroom://uploads/upload-0123456789abcdefABCDEF_--png, ''",
        "darkroom://uploads/upload-0123456789abcdefABCDEF_--webp, ''",
        "darkroom://tasks/task-0123456789abcdef, ''",
        "darkroom://tasks/task-0123456789abcdef/15, ''",
        "darkroom://tasks/task-0123456789abcdef/0, darkroom://tasks/task-0123456789abcdef",
    })
    void uploads_and_tasks_are_sources_under_one_spelling(String text, String spelt) {
        ImageRequest request = Requests.valid(edit(",'image_urls':['https://example.com/a.png','" + text + "']")
                .replace('\'', '"'));

        assertThat(request.sources())
                .extracting(Source::text)
                .containsExactly("https://example.com/a.png", spelt.isEmpty() ? text : spelt);
        assertThat(request.canonical().text()).contains(spelt.isEmpty() ? text : spelt);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "darkroom:",
                "darkroom://",
                "DARKROOM://tasks/task-0123456789abcdef",
                "darkroom:/tasks/task-0123456789abcdef",
                "darkroom://task/task-0123456789abcdef",
                "darkroom://tasks/task-0123456789abcdef/",
                "darkroom://tasks/task-0123456789abcdef/-1",
                "darkroom://tasks/task-0123456789abcdef/01",
                "darkroom://tasks/task-0123456789abcdef/1000",
                "darkroom://tasks/task-0123456789abcdef/0/0",
                "darkroom://tasks/task-0123456789abcdef?x=1",
                "darkroom://tasks/../uploads/upload-0123456789abcdefABCDEF_--png",
                "darkroom://tasks/",
                "darkroom://uploads/",
                "darkroom://uploads/task-0123456789abcdef",
                "darkroom://uploads/upload-0123456789abcdefABCDEF_--gif",
                "darkroom://uploads/upload-0123456789abcdefABCDEF_-",
                "darkroom://uploads/upload-0123456789abcdefABCDEF_--png/0",
                "darkroom://uploads/../images/x"
            })
    void a_form_that_is_none_is_refused_at_its_place(String text) {
        assertThat(Requests.problems(edit(",'image_urls':['https://example.com/a.png','" + text + "']")
                        .replace('\'', '"')))
                .containsExactly(new Problem(
                        "input.image_urls[1]",
                        "must be darkroom://uploads/{upload_id}, darkroom://tasks/{task_id} or"
                                + " darkroom://tasks/{task_id}/{index}"));
        assertThat(Requests.problems(edit(",'image_urls':['https://example.com/a.png'],'callback_url':'" + text + "'")
                        .replace('\'', '"')))
                .isNotEmpty();
    }

    @Test
    void a_trusted_host_needs_neither_https_nor_a_public_name() {
        RequestParser parser = RequestParser.of(new Environment(Map.of("TRUSTED_HOSTS", "localhost:3001")));
        String body = edit(",'image_urls':['http://localhost:3001/a.png']").replace('\'', '"');

        assertThat(parser.parse(body)).isInstanceOf(Parsed.Valid.class);
        assertThat(parser.parse(body.replace("3001", "3002"))).isInstanceOf(Parsed.Invalid.class);
    }

    @Test
    void a_prompt_is_measured_in_code_points() {
        RequestParser parser = new RequestParser(3, TrustedHosts.none());

        assertThat(parser.parse(Requests.body("gpt-image-2", "", "", "").replace("a red door", "🚪🚪🚪")))
                .isInstanceOf(Parsed.Valid.class);
        assertThat(parser.parse(Requests.body("gpt-image-2", "", "", "").replace("a red door", "abcd")))
                .isEqualTo(new Parsed.Invalid<>(
                        List.of(new Problem("input.prompt", "must have at most 3 characters, and has 4"))));
    }

    @ParameterizedTest
    @CsvSource({"31999, true", "32000, true", "32001, false"})
    void a_prompt_is_bounded_by_the_setting(int length, boolean valid) {
        String body = Requests.body("gpt-image-2", "", "", "").replace("a red door", "x".repeat(length));
        RequestParser byDefault = RequestParser.of(new Environment(Map.of()));

        assertThat(byDefault.parse(body) instanceof Parsed.Valid<ImageRequest>).isEqualTo(valid);
    }

    @Test
    void tab_lf_cr_and_characters_beyond_the_first_plane_are_kept_in_a_prompt() {
        String prompt = "one\ttwo\r\nthree 🚪 \u200d e\u0301";
        String body = Json.object()
                .put("model", "gpt-image-2")
                .put("input", Json.object().put("prompt", prompt).build())
                .build()
                .text();

        assertThat(Requests.valid(body).prompt()).isEqualTo(prompt);
    }

    @Test
    void messages_quote_neither_prompts_nor_urls_nor_long_names() {
        String secret = "s3cret".repeat(40);
        String body = ("{'model':'" + secret + "','callback_url':'http://" + secret + "','input':{'prompt':'" + secret
                        + "\\u0000','size':'" + secret + "','quality':'" + secret + "','resolution':'" + secret
                        + "','image_urls':['" + secret + "']},'<b>\\u0000" + secret + "':1}")
                .replace('\'', '"');

        List<Problem> problems = Requests.problems(body);
        assertThat(problems).hasSize(8);
        assertThat(problems.subList(0, 7))
                .noneMatch(problem -> (problem.field() + problem.message()).contains("s3cret"));
        assertThat(problems.getLast().field()).startsWith("?b??s3cret").hasSize(63);
        assertThat(problems.getLast().message()).doesNotContain("s3cret");
    }

    @Test
    void thousands_of_problems_are_counted_instead_of_told() {
        StringBuilder body = new StringBuilder("{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"x\"}");
        for (int i = 0; i < 5_000; i++) {
            body.append(",\"f").append(i).append("\":0");
        }

        List<Problem> problems = Requests.problems(body.append('}').toString());
        assertThat(problems).hasSize(RequestRules.MAX_PROBLEMS + 1);
        assertThat(problems.getLast()).isEqualTo(new Problem("body", "has 4900 more problems"));
    }

    @Test
    void a_printed_request_names_its_model_only() {
        assertThat(Requests.valid("{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"secret\"}}"))
                .hasToString("ImageRequest[gpt-image-2]");
    }
}
