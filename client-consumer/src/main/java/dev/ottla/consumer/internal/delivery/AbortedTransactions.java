package dev.ottla.consumer.internal.delivery;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.protocol.message.FetchResponse.AbortedTransaction;
import dev.ottla.internal.record.ControlRecordType;
import dev.ottla.internal.record.RecordBatchHeader;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which batches of one response belong to aborted transactions (KIP-98). Asked batch by batch, in offset order, by
 * {@link RecordWalk}. The broker lists the aborted transactions that overlap the range by their first offset; each ends at
 * its producer's next abort marker.
 */
@Confined
final class AbortedTransactions {
    private final List<AbortedTransaction> byFirstOffset;
    private final Set<Long> abortedProducerIds = new HashSet<>();
    private int begun;

    AbortedTransactions(List<AbortedTransaction> inAnyOrder) {
        this.byFirstOffset = inAnyOrder.stream()
                .sorted(Comparator.comparingLong(AbortedTransaction::firstOffset))
                .toList();
    }

    /** Whether the records of this batch must not be seen. */
    boolean isAborted(RecordBatchHeader batch) {
        while (begun < byFirstOffset.size() && byFirstOffset.get(begun).firstOffset() <= batch.lastOffset()) {
            abortedProducerIds.add(byFirstOffset.get(begun).producerId());
            begun++;
        }
        return batch.isTransactional() && abortedProducerIds.contains(batch.producerId());
    }

    /** The batch is a marker of this type. */
    void onMarker(RecordBatchHeader batch, ControlRecordType type) {
        if (type == ControlRecordType.ABORT) {
            abortedProducerIds.remove(batch.producerId());
        }
    }
}
