package dev.darkroom.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.task.ImageType;
import dev.darkroom.task.UserId;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadRequestTest {
    private static final long MAX = 1000;

    private static Parsed<UploadRequest> parse(String body) {
        return UploadRequest.parse(body.replace('\'', '"'), MAX);
    }

    @ParameterizedTest
    @CsvSource({"image/png, 1, PNG", "image/jpeg, 1000, JPEG", "image/webp, 1e2, WEBP"})
    void three_types_up_to_the_largest_size_may_be_uploaded(String type, String bytes, ImageType known) {
        assertThat(parse("{'content_type':'" + type + "','bytes':" + bytes + "}"))
                .isEqualTo(new Parsed.Valid<>(new UploadRequest(known, (long) Double.parseDouble(bytes))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''| body",
                "[]| body",
                "{| body",
                "{}| content_type bytes",
                "{'content_type':null,'bytes':null}| content_type bytes",
                "{'content_type':'image/gif','bytes':1}| content_type",
                "{'content_type':'IMAGE/PNG','bytes':1}| content_type",
                "{'content_type':'image/png; q=1','bytes':1}| content_type",
                "{'content_type':['image/png'],'bytes':'1'}| content_type bytes",
                "{'content_type':'image/png','bytes':0}| bytes",
                "{'content_type':'image/png','bytes':-1}| bytes",
                "{'content_type':'image/png','bytes':1001}| bytes",
                "{'content_type':'image/png','bytes':1.5}| bytes",
                "{'content_type':'image/png','bytes':1e999999999}| bytes",
                "{'content_type':'image/png','bytes':1,'name':'x'}| name",
                "{'content_type':'image/png','bytes':1,'bytes':2}| bytes",
                "{'content_type':'image/png','bytes':0,'a':1,'b':2}| bytes a b"
            })
    void everything_that_is_wrong_is_told_by_its_field(String body, String fields) {
        assertThat(
                        parse(body) instanceof Parsed.Invalid<UploadRequest> invalid
                                ? invalid.problems()
                                : List.<Problem>of())
                .extracting(Problem::field)
                .containsExactly(fields.split(" "));
    }

    @Test
    void more_problems_than_an_answer_holds_are_not_told() {
        String fields =
                IntStream.range(0, 5000).mapToObj(i -> ",'f" + i + "':1").reduce("", String::concat);

        assertThat(
                        parse("{'content_type':'image/png','bytes':1" + fields + "}")
                                        instanceof Parsed.Invalid<UploadRequest> invalid
                                ? invalid.problems()
                                : List.<Problem>of())
                .hasSize(100);
    }

    @ParameterizedTest
    @CsvSource({"PNG, png", "JPEG, jpg", "WEBP, webp"})
    void an_upload_s_name_and_its_user_tell_where_it_is(ImageType type, String extension) {
        UploadId id = UploadId.random(type, new Random(1));

        assertThat(UploadId.parse(id.value())).contains(id);
        assertThat(id.key(new UserId("alice"))).isEqualTo("uploads/YWxpY2U/" + id + "." + extension);
        assertThat(id).isNotEqualTo(UploadId.random(type, new Random(2)));
    }
}
