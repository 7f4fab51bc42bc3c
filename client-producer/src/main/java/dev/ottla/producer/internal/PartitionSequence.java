package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.ProducerStamp;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the records of one partition, so that its leader knows a batch that it has already and misses one that it has not
 * (KIP-98). Part of a {@link SendWindow} and confined as it is; asked when a batch is first sent, step 5 of sending.
 *
 * <pre>
 * UNASSIGNED ──first batch──► COUNTING ──a batch was given up, or the leader's count is another──► BROKEN
 *      ▲                         ▲                                                                  │
 *      │                         └─────────── all that was sent is settled: epoch + 1, from 0 ──────┤
 *      └──────────────────────────────────────── no epoch is left, or the id is of no use ──────────┘
 *
 * UNNUMBERED: a producer without idempotence
 * </pre>
 *
 * <p>With transactions, a sequence that is broken stays so in effect: its transaction can only be aborted, and the next one has
 * another identity, with which every partition begins from 0.
 *
 * <p>Without them, the epoch is the partition's own: leaders keep the state of a producer by partition, take any higher epoch
 * that begins with 0, and from then on refuse what may still be under way with a lower one.
 */
@Confined
final class PartitionSequence {

    private static final short EPOCH_MAX = Short.MAX_VALUE;

    private sealed interface State {}

    private record Unnumbered() implements State {}

    private record Unassigned() implements State {}

    private record Counting(ProducerIdentity identity, short epoch, int next) implements State {}

    private record Broken(ProducerIdentity identity, short epoch) implements State {}

    private final boolean isTransactional;
    private State state;

    private PartitionSequence(State state, boolean isTransactional) {
        this.state = state;
        this.isTransactional = isTransactional;
    }

    /** For a producer without idempotence: every batch has {@link ProducerStamp#NONE}. */
    static PartitionSequence unnumbered() {
        return new PartitionSequence(new Unnumbered(), false);
    }

    /** For a partition that nothing was sent to yet. */
    static PartitionSequence unassigned() {
        return new PartitionSequence(new Unassigned(), false);
    }

    /** As {@link #unassigned}, for batches of transactions. */
    static PartitionSequence transactional() {
        return new PartitionSequence(new Unassigned(), true);
    }

    /** Whether a leader tells duplicates by the stamps. */
    boolean isNumbered() {
        return !(state instanceof Unnumbered);
    }

    /** Whether nothing can be numbered before {@link #mend}. */
    boolean isBroken() {
        return state instanceof Broken;
    }

    /**
     * The stamp of the next batch.
     *
     * @param identity the producer's identity now, which a partition takes over when it has none
     */
    ProducerStamp next(int recordCount, ProducerIdentity identity) {
        if (state instanceof Unnumbered) {
            return ProducerStamp.NONE;
        } else if (state instanceof Unassigned || isOfEarlierTransaction(identity)) {
            state = new Counting(identity, identity.epoch(), 0);
        }
        if (!(state instanceof Counting counting)) {
            throw new IllegalStateException("a sequence that is broken can't be continued");
        }
        // After 2^31 - 1 comes 0; the sum overflows into the sign bit only.
        int after = (counting.next() + recordCount) & Integer.MAX_VALUE;
        state = new Counting(counting.identity(), counting.epoch(), after);
        return new ProducerStamp(counting.identity().producerId(), counting.epoch(), counting.next(), isTransactional);
    }

    private boolean isOfEarlierTransaction(ProducerIdentity identity) {
        return isTransactional
                && state instanceof Counting counting
                && !counting.identity().equals(identity);
    }

    /** A batch that was numbered may be missing in the log: what follows it can't be told from what does not. */
    void breakOff() {
        if (state instanceof Counting counting) {
            state = new Broken(counting.identity(), counting.epoch());
        }
    }

    /** As {@link #breakOff}, and the producer id is of no use in this partition any more. */
    void breakOffForGood() {
        if (state instanceof Counting counting) {
            state = new Broken(counting.identity(), EPOCH_MAX);
        } else if (state instanceof Broken broken) {
            state = new Broken(broken.identity(), EPOCH_MAX);
        }
    }

    /**
     * Nothing that was numbered is under way or in doubt: a broken sequence begins anew, in an epoch that fences off all before.
     *
     * @return the identity that can't be used again, if there is no such epoch
     */
    @Nullable
    ProducerIdentity mend() {
        if (!(state instanceof Broken broken)) {
            return null;
        } else if (isTransactional) {
            state = new Unassigned();
            return null;
        } else if (broken.epoch() < EPOCH_MAX) {
            state = new Counting(broken.identity(), (short) (broken.epoch() + 1), 0);
            return null;
        }
        state = new Unassigned();
        return broken.identity();
    }
}
