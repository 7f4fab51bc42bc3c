package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Confined;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The complete batches of one partition that were never sent, oldest first. Part of a {@link PartitionQueue}, under its lock. One
 * that is just being sealed belongs to the thread that seals it, which comes back afterwards: nobody else takes it, or one behind it.
 */
@Confined
final class CompleteBatches {
    /** Most partitions have none, and there may be ten thousand. */
    private final ArrayDeque<ProducerBatch> batches = new ArrayDeque<>(1);

    void add(ProducerBatch batch) {
        batches.addLast(batch);
    }

    int count() {
        return batches.size();
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    /** The oldest; null if there is none. */
    @Nullable
    ProducerBatch first() {
        return batches.peekFirst();
    }

    /** Takes the oldest out; null if there is none, or it is being sealed, or is larger than this. */
    @Nullable
    ProducerBatch poll(int bytesMax) {
        ProducerBatch first = batches.peekFirst();
        return first == null || !first.isSealed() || first.sizeBytes() > bytesMax ? null : batches.removeFirst();
    }

    /** Takes out those from the oldest on, as long as they are wanted and not being sealed. */
    List<ProducerBatch> pollWhile(Predicate<ProducerBatch> isWanted) {
        List<ProducerBatch> taken = new ArrayList<>();
        ProducerBatch first = batches.peekFirst();
        while (first != null && first.isSealed() && isWanted.test(first)) {
            taken.add(batches.removeFirst());
            first = batches.peekFirst();
        }
        return taken;
    }

    /** Takes back a record; returns whether it is in one of them. */
    boolean tryRevoke(Object completion) {
        for (ProducerBatch batch : batches) {
            if (batch.tryRevoke(completion)) {
                return true;
            }
        }
        return false;
    }
}
