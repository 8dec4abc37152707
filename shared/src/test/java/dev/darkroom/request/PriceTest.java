package dev.darkroom.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The price list of APIDot's README, written out once more: model x quality x kind of size x resolution. */
class PriceTest {

    private record Sizes(String billed, List<String> sizes, String asked) {}

    /** For each requested resolution ("" for none): the resolution at which each size is billed. */
    private static final List<Sizes> BILLED = List.of(
            new Sizes("1K", List.of("", "auto"), ""),
            new Sizes("1K", List.of("", "auto"), "1K"),
            new Sizes("1K", List.of("", "auto"), "2K"),
            new Sizes("1K", List.of("", "auto"), "4K"),
            new Sizes("1K", List.of("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"), ""),
            new Sizes("1K", List.of("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"), "1K"),
            new Sizes("2K", List.of("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"), "2K"),
            new Sizes("2K", List.of("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4"), "4K"),
            new Sizes("4K", List.of("9:16", "16:9", "21:9"), "4K"),
            new Sizes("2K", List.of("2304x2048", "1024x640", "3824x2160"), "2K"),
            new Sizes("2K", List.of("2304x2048", "1024x640", "3824x2160"), "4K"),
            new Sizes("4K", List.of("3840x2160", "2160x3840", "3840x1280"), "4K"));

    static Stream<Arguments> every_price() {
        return Stream.of("gpt-image-2", "gpt-image-2-edit")
                .flatMap(model -> Stream.of("", "low", "medium", "high")
                        .flatMap(quality -> BILLED.stream()
                                .flatMap(row -> row.sizes.stream()
                                        .map(size -> Arguments.of(model, quality, size, row.asked, row.billed)))));
    }

    private static int readmeCredits(String quality, String billed) {
        return switch (quality + " " + billed) {
            case " 1K", "low 1K" -> 1;
            case " 2K", "low 2K" -> 2;
            case " 4K", "low 4K" -> 4;
            case "medium 1K" -> 3;
            case "medium 2K" -> 6;
            case "medium 4K" -> 12;
            case "high 1K" -> 12;
            case "high 2K" -> 24;
            case "high 4K" -> 48;
            default -> throw new IllegalArgumentException(quality + " " + billed);
        };
    }

    @ParameterizedTest
    @MethodSource
    void every_price(String model, String quality, String size, String asked, String billed) {
        ImageRequest request = Requests.valid(Requests.body(model, quality, size, asked));

        assertThat(request.price().resolution().text()).isEqualTo(billed);
        assertThat(request.price().credits()).isEqualTo(readmeCredits(quality, billed));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.00",
        "1, 0.005",
        "2, 0.01",
        "3, 0.015",
        "4, 0.02",
        "6, 0.03",
        "12, 0.06",
        "24, 0.12",
        "48, 0.24",
        "20, 0.10",
        "200, 1.00",
        "201, 1.005",
        "20000, 100.00"
    })
    void dollars_are_exact_with_at_least_two_decimals(int credits, String usd) {
        assertThat(new Price(Resolution.K1, credits).usd()).isEqualTo(usd);
    }
}
