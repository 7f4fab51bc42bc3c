package dev.ottla.consumer.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchBudgetTest {
    /** 8 MiB for one batch decompressed, half as much for growing to it; the other 12 MiB for answers. */
    private final FetchBudget budget = new FetchBudget(ByteSize.mib(24), ByteSize.mib(128));

    private static final int MIB = 1 << 20;

    @Test
    void should_set_apart_what_decompressing_takes_at_most() {
        assertThat(budget.decompressedBytesMax()).isEqualTo(8 * MIB);
        assertThat(budget.tryReserve(12 * MIB)).isTrue();
        assertThat(budget.tryReserve(1)).isFalse();
        assertThat(new FetchBudget(ByteSize.mib(24), ByteSize.mib(2)).decompressedBytesMax())
                .isEqualTo(2 * MIB);
    }

    @Test
    void should_let_three_answers_of_each_broker_fit() {
        budget.onBroker();
        int alone = budget.answerBytesMax();
        budget.onBroker();
        int oneOfTwo = budget.answerBytesMax();

        assertThat(3 * alone).isLessThanOrEqualTo(12 * MIB).isGreaterThan(6 * MIB);
        assertThat(2 * 3 * oneOfTwo).isLessThanOrEqualTo(12 * MIB);
    }

    @Test
    void should_have_room_for_an_answer_and_a_batch_with_the_least_memory_that_is_allowed() {
        // given
        FetchBudget least = new FetchBudget(ByteSize.mib(4), ByteSize.mib(128));
        least.onBroker();

        // when, then
        assertThat(least.decompressedBytesMax()).isGreaterThan(MIB);
        assertThat(least.tryReserveCopy(1)).isTrue();
        assertThat(least.tryReserve(least.answerBytesMax()))
                .as("though something is used already")
                .isTrue();
        assertThat(least.answerBytesMax()).isGreaterThan(MIB);
    }

    @Test
    void should_always_let_one_answer_come_however_large() {
        assertThat(budget.tryReserve(100 * MIB)).isTrue();
        assertThat(budget.tryReserve(1)).isFalse();
        budget.release(100 * MIB);
        assertThat(budget.tryReserve(1)).isTrue();
    }

    @Test
    void should_give_back_what_an_answer_did_not_need() {
        assertThat(budget.tryReserve(12 * MIB)).isTrue();

        budget.settle(12 * MIB, 2 * MIB);

        assertThat(budget.usedBytes()).isEqualTo(2 * MIB);
        assertThat(budget.tryReserve(10 * MIB)).isTrue();
    }

    @Test
    void should_wake_those_that_wait_when_something_is_given_back() {
        // given
        List<String> woken = new ArrayList<>();
        assertThat(budget.tryReserve(12 * MIB)).isTrue();
        budget.whenReleased(MIB, () -> woken.add("a"));
        budget.whenReleased(MIB, () -> woken.add("b"));
        assertThat(woken).isEmpty();

        // when
        budget.release(MIB);

        // then
        assertThat(woken).containsExactly("a", "b");
    }

    @Test
    void should_not_let_a_fetcher_wait_for_what_came_back_before_it_waited() {
        List<String> woken = new ArrayList<>();

        budget.whenReleased(MIB, () -> woken.add("a"));

        assertThat(woken).containsExactly("a");
    }

    @Test
    void should_keep_copies_from_taking_what_answers_need() {
        assertThat(budget.tryReserveCopy(2 * MIB)).isTrue();
        assertThat(budget.tryReserveCopy(2 * MIB)).as("more than a quarter").isFalse();
        budget.releaseCopy(2 * MIB);
        assertThat(budget.tryReserveCopy(2 * MIB)).isTrue();
        assertThat(budget.usedBytes()).isEqualTo(2 * MIB);
    }
}
