package dev.ottla.testkit.internal.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.testkit.internal.txn.Ending.Decided;
import dev.ottla.testkit.internal.txn.Ending.Refused;
import dev.ottla.testkit.internal.txn.Ending.Settled;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The corners that a real broker is not driven into within a test: epochs that run out. */
class TransactionTest {
    private static final List<TopicPartition> PARTITIONS = List.of(new TopicPartition("orders", 0));

    private final AtomicLong lastProducerId = new AtomicLong();
    private final Transaction transaction = new Transaction("teller", lastProducerId::incrementAndGet);

    @Test
    void should_take_another_producer_id_when_starts_use_up_the_epochs() {
        ProducerIdentity identity = start(ProducerIdentity.NONE);
        for (int i = 0; i < Short.MAX_VALUE - 1; i++) {
            identity = start(identity);
        }
        assertThat(identity).isEqualTo(new ProducerIdentity(1, (short) (Short.MAX_VALUE - 1)));

        assertThat(start(identity)).isEqualTo(new ProducerIdentity(2, (short) 0));
    }

    @Test
    void should_take_another_producer_id_when_ends_use_up_the_epochs() {
        ProducerIdentity identity = start(ProducerIdentity.NONE);
        ProducerIdentity former = identity;
        while (identity.producerId() == 1) {
            former = identity;
            identity = commit(identity);
        }

        assertThat(former.epoch()).isEqualTo((short) (Short.MAX_VALUE - 1));
        assertThat(identity).isEqualTo(new ProducerIdentity(2, (short) 0));
        assertThat(transaction.endAndBump(former, true)).isEqualTo(new Settled(identity));
        assertThat(transaction.endAndBump(former, false)).isEqualTo(new Refused(ErrorCode.INVALID_TXN_STATE));
    }

    @Test
    void should_refuse_everything_while_markers_are_written() {
        ProducerIdentity identity = start(ProducerIdentity.NONE);
        add(identity);
        ProducerIdentity next = ((Decided) transaction.endAndBump(identity, true)).identity();

        assertThat(transaction.add(next, PARTITIONS, null, 0)).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        assertThat(transaction.init(1000, ProducerIdentity.NONE))
                .isEqualTo(new Refused(ErrorCode.CONCURRENT_TRANSACTIONS));
        assertThat(transaction.endAndBump(identity, true)).isEqualTo(new Refused(ErrorCode.CONCURRENT_TRANSACTIONS));
        assertThat(transaction.endAndBump(identity, false)).isEqualTo(new Refused(ErrorCode.INVALID_TXN_STATE));
    }

    private ProducerIdentity start(ProducerIdentity expected) {
        return ((Settled) transaction.init(1000, expected)).identity();
    }

    private ProducerIdentity commit(ProducerIdentity identity) {
        add(identity);
        ProducerIdentity next = ((Decided) transaction.endAndBump(identity, true)).identity();
        transaction.complete();
        return next;
    }

    private void add(ProducerIdentity identity) {
        assertThat(transaction.add(identity, PARTITIONS, null, 0)).isEqualTo(ErrorCode.NONE);
    }
}
