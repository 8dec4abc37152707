package dev.darkroom.invariants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.darkroom.testing.TestSize;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Order(1)
class EveryOrderTest {

    /** The full proof skips this test: the next one covers the same orders, because its fault may also never happen. */
    @Test
    @DisabledIf("dev.darkroom.testing.TestSize#isFull")
    void no_order_of_calls_breaks_an_invariant() {
        List<Scenario> scenarios = Scenario.all();
        EveryOrder.Size size = sum(scenarios, 0);
        System.out.println("Every order of " + scenarios.size() + " scenarios: " + size.moments()
                + " different moments, in " + size.ends() + " of them nobody has a step left");
        assertThat(size.moments()).isGreaterThan(100_000);
    }

    @Test
    void no_order_with_a_crash_or_a_repeated_write_breaks_an_invariant() {
        List<Scenario> all = Scenario.all();
        // One scenario in nine, chosen so that every kind of submit and nearly every pair of webhooks is covered.
        List<Scenario> scenarios = TestSize.isFull()
                ? all
                : IntStream.range(0, all.size())
                        .filter(i -> i % 9 == 0)
                        .mapToObj(all::get)
                        .toList();
        EveryOrder.Size size = sum(scenarios, 1);
        System.out.println("Every order of " + scenarios.size() + " scenarios with one fault anywhere: "
                + size.moments() + " different moments, in " + size.ends() + " of them nobody has a step left");
        assertThat(size.moments()).isGreaterThan(100_000);
    }

    @Test
    void nor_a_deletion_with_a_fault_anywhere_and_a_late_copy_and_preview() {
        List<Scenario> all = Scenario.deletions();
        if (TestSize.isFull()) {
            assertNoneBreaks("deletions", all, 1);
        } else {
            assertNoneBreaks("deletions", all, 0);
            assertNoneBreaks("deletions", List.of(all.getFirst(), all.getLast()), 1);
        }
    }

    @Test
    void nor_a_callback_that_is_sent_again() {
        assertNoneBreaks("callbacks sent again", Scenario.sentAgain(), 1);
    }

    private static void assertNoneBreaks(String what, List<Scenario> scenarios, int faults) {
        EveryOrder.Size size = sum(scenarios, faults);
        System.out.println("Every order of " + scenarios.size() + " scenarios of " + what + " with " + faults
                + " faults anywhere: " + size.moments() + " different moments, in " + size.ends()
                + " of them nobody has a step left");
        assertThat(size.moments()).isGreaterThan(10_000);
    }

    @ParameterizedTest
    @CsvSource({
        "CALLBACK_UNCONDITIONAL, ENDED_STAYS_ENDED",
        "CLAIM_UNCONDITIONAL, ENDED_STAYS_ENDED",
        "WAKE_ASKS_NO_LEASE, LEASE_IS_KEPT",
        "LEASE_NOT_GIVEN_BACK, LEASE_IS_KEPT",
        "NOBODY_LOOKS_AFTER_THE_END, CLIENT_IS_TOLD_AFTER_THE_END",
        "RECORDED_AFTER_THE_SEND, RECORDED_BEFORE_SENT",
        "OBJECTS_OVERWRITTEN, FINISHED_IS_IN_THE_BUCKET",
        "DELETION_UNCONDITIONAL, DELETED_IS_GONE",
        "REMOVED_ONCE, DELETED_IS_GONE"
    })
    void a_fault_put_in_on_purpose_is_noticed(Tampering tampering, Invariant broken) {
        List<Scenario> tried = List.of(
                Scenario.all().getFirst(),
                Scenario.deletions().getFirst(),
                Scenario.deletions().get(2));

        Invariant.Broken noticed = catchThrowableOfType(
                Invariant.Broken.class, () -> tried.forEach(scenario -> EveryOrder.of(scenario, tampering, 0)));

        assertThat(noticed).as("a proof that notices nothing proves nothing").isNotNull();
        assertThat(noticed.invariant()).isEqualTo(broken);
        System.out.println(tampering + " is noticed: " + noticed.getMessage());
    }

    private static EveryOrder.Size sum(List<Scenario> scenarios, int faults) {
        return scenarios.stream()
                .map(scenario -> EveryOrder.of(scenario, Tampering.NONE, faults))
                .reduce(new EveryOrder.Size(0, 0), EveryOrder.Size::plus);
    }
}
