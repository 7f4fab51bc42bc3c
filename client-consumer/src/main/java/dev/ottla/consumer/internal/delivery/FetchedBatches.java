package dev.ottla.consumer.internal.delivery;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.protocol.message.FetchResponse.AbortedTransaction;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record batches of one partition out of one response, headers walked and checked, records not looked at. Handed from
 * the leader's loop to the polling thread.
 */
@Confined
public final class FetchedBatches implements Delivery {
    private final TopicPartition partition;
    private final long fetchEpoch;
    private final ByteBuf records;
    private final List<AbortedTransaction> abortedTransactions;
    private final long fetchOffset;
    private final int count;
    private final FrameLease lease;

    /** Becomes a holder of the lease, which {@code records} is a slice of. */
    public FetchedBatches(
            TopicPartition partition,
            long fetchEpoch,
            ByteBuf records,
            List<AbortedTransaction> abortedTransactions,
            long fetchOffset,
            int count,
            FrameLease lease) {
        this.partition = partition;
        this.fetchEpoch = fetchEpoch;
        this.records = records;
        this.abortedTransactions = abortedTransactions;
        this.fetchOffset = fetchOffset;
        this.count = count;
        this.lease = lease;
        lease.retain();
    }

    @Override
    public TopicPartition partition() {
        return partition;
    }

    @Override
    public long fetchEpoch() {
        return fetchEpoch;
    }

    @Override
    public int bytes() {
        return records.readableBytes();
    }

    /** Complete batches only; borrowed until {@link #close()}. */
    ByteBuf records() {
        return records;
    }

    /** The transactions in this range that were aborted, in any order. */
    List<AbortedTransaction> abortedTransactions() {
        return abortedTransactions;
    }

    /** The offset that was asked for: what lies before it in the first batch is not wanted. */
    long fetchOffset() {
        return fetchOffset;
    }

    /** How many records there are, those that will not be seen included. */
    int count() {
        return count;
    }

    /** The same with memory of its own, so that it does not hold the answer's; null if the budget has none left for that. */
    @Nullable
    FetchedBatches copy(FetchBudget budget) {
        int size = bytes();
        if (!budget.tryReserveCopy(size)) {
            return null;
        }
        ByteBuf copied = records.copy();
        FrameLease own = new FrameLease(copied, () -> budget.releaseCopy(size));
        FetchedBatches copy =
                new FetchedBatches(partition, fetchEpoch, copied, abortedTransactions, fetchOffset, count, own);
        own.release();
        return copy;
    }

    @Override
    public void close() {
        lease.release();
    }
}
