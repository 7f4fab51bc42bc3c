package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.internal.record.ProducerStamp;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionSequenceTest {
    private static final ProducerIdentity FIRST = new ProducerIdentity(7, (short) 0);
    private static final ProducerIdentity SECOND = new ProducerIdentity(8, (short) 0);

    private final PartitionSequence sequence = PartitionSequence.unassigned();

    @Test
    void should_count_records_from_zero() {
        assertThat(sequence.next(3, FIRST)).isEqualTo(stamp(FIRST, 0, 0));
        assertThat(sequence.next(1, FIRST)).isEqualTo(stamp(FIRST, 0, 3));
        assertThat(sequence.next(1, FIRST)).isEqualTo(stamp(FIRST, 0, 4));
    }

    @ParameterizedTest
    @CsvSource({
        "2147483647, 1",
        "2147483647, 2",
        "2147483646, 1",
        "2147483646, 2",
        "2147483646, 3",
        "2147483600, 2147483647"
    })
    void should_wrap_as_the_official_client_does(int at, int count) {
        // given
        sequence.next(at, FIRST);

        // when
        assertThat(sequence.next(count, FIRST).baseSequence()).isEqualTo(at);

        // then
        assertThat(sequence.next(1, FIRST).baseSequence())
                .isEqualTo(DefaultRecordBatch.incrementSequence(at, count))
                .isNotNegative();
    }

    @Test
    void should_keep_its_identity_when_the_producer_has_another_already() {
        // given
        sequence.next(1, FIRST);

        // then
        assertThat(sequence.next(1, SECOND)).isEqualTo(stamp(FIRST, 0, 1));
    }

    @Test
    void should_begin_the_next_epoch_with_zero_when_it_was_broken() {
        // given
        sequence.next(5, FIRST);

        // when
        sequence.breakOff();
        assertThat(sequence.isBroken()).isTrue();
        assertThatThrownBy(() -> sequence.next(1, FIRST)).isInstanceOf(IllegalStateException.class);
        assertThat(sequence.mend()).isNull();

        // then
        assertThat(sequence.next(1, FIRST)).isEqualTo(stamp(FIRST, 1, 0));
    }

    @Test
    void should_take_another_identity_when_no_epoch_is_left() {
        // given
        sequence.next(1, FIRST);
        for (int epoch = 1; epoch <= Short.MAX_VALUE; epoch++) {
            sequence.breakOff();
            assertThat(sequence.mend()).isNull();
            assertThat(sequence.next(1, FIRST).producerEpoch()).isEqualTo((short) epoch);
        }

        // when
        sequence.breakOff();

        // then
        assertThat(sequence.mend()).isEqualTo(FIRST);
        assertThat(sequence.next(1, SECOND)).isEqualTo(stamp(SECOND, 0, 0));
    }

    @Test
    void should_take_another_identity_when_its_own_is_of_no_use() {
        // given
        sequence.next(1, FIRST);

        // when
        sequence.breakOff();
        sequence.breakOffForGood();

        // then
        assertThat(sequence.mend()).isEqualTo(FIRST);
        assertThat(sequence.mend()).isNull();
    }

    @Test
    void should_not_break_before_anything_is_numbered() {
        // when
        sequence.breakOff();

        // then
        assertThat(sequence.isBroken()).isFalse();
        assertThat(sequence.next(1, FIRST)).isEqualTo(stamp(FIRST, 0, 0));
    }

    @Test
    void should_never_number_without_idempotence() {
        // given
        PartitionSequence unnumbered = PartitionSequence.unnumbered();

        // when
        unnumbered.breakOff();

        // then
        assertThat(unnumbered.isBroken()).isFalse();
        assertThat(unnumbered.isNumbered()).isFalse();
        assertThat(unnumbered.next(1, FIRST)).isEqualTo(ProducerStamp.NONE);
    }

    private static ProducerStamp stamp(ProducerIdentity identity, int epoch, int sequence) {
        return new ProducerStamp(identity.producerId(), (short) epoch, sequence, false);
    }
}
