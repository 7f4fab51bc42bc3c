package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.FreeListSegmentPool;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.RecordBatchHeader;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordCursor;
import dev.ottla.internal.record.Segment;
import dev.ottla.internal.record.SegmentPool;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Makes several batches of one that the leader has refused as a whole: halves, if it was too large, or what lies before, at
 * and behind each record that was found wrong (KIP-467). Part of step 11 of sending, used by {@link AttemptResults}. And one
 * without the records that were taken back, for {@link Batches}.
 */
@ThreadSafe
final class BatchDivider {
    /** Parts replace memory that is given back at the same time, and so are not counted against the buffer. */
    private final SegmentPool uncounted = new FreeListSegmentPool(RecordBatchHeader.BYTES + 1, Long.MAX_VALUE);

    private final Batches batches;

    BatchDivider(Batches batches) {
        this.batches = batches;
    }

    /**
     * The parts of a sealed batch, in order and sealed; they have all who wait for the batch, which is over.
     *
     * @param wrong the records that get a part of their own, by their index; if there are none, the batch is halved
     */
    List<ProducerBatch> divide(ProducerBatch whole, SortedSet<Integer> wrong) {
        List<ProducerBatch> parts = new ArrayList<>();
        List<Integer> ends = ends(whole.count(), wrong);
        try (RecordBatchReader reader =
                new RecordBatchReader(false, Integer.MAX_VALUE, PooledByteBufAllocator.DEFAULT)) {
            int[] sizes = sizes(reader.open(whole.sealed().header()), ends);
            RecordCursor cursor = reader.open(whole.sealed().header());
            for (int i = 0, start = 0; i < sizes.length; start = ends.get(i), i++) {
                Segment segment = Objects.requireNonNull(uncounted.tryTake(sizes[i]));
                ProducerBatch part = whole.part(segment, cursor, start, ends.get(i));
                batches.seal(part);
                parts.add(part);
            }
        }
        whole.endInFavourOf(parts.get(parts.size() - 1));
        return parts;
    }

    /** A sealed batch without the records that were taken back, sealed; it has all who wait for the batch, which is over. */
    ProducerBatch withoutRevoked(ProducerBatch whole) {
        try (RecordBatchReader reader =
                new RecordBatchReader(false, Integer.MAX_VALUE, PooledByteBufAllocator.DEFAULT)) {
            int size = sizes(reader.open(whole.sealed().header()), List.of(whole.count()))[0];
            Segment segment = Objects.requireNonNull(uncounted.tryTake(size));
            ProducerBatch rest = whole.rest(segment, reader.open(whole.sealed().header()));
            batches.seal(rest);
            whole.endInFavourOf(rest);
            return rest;
        }
    }

    private static List<Integer> ends(int count, SortedSet<Integer> wrong) {
        SortedSet<Integer> ends = new TreeSet<>();
        wrong.forEach(index -> {
            ends.add(index);
            ends.add(index + 1);
        });
        if (wrong.isEmpty()) {
            ends.add(count / 2);
        }
        ends.add(count);
        ends.remove(0);
        return List.copyOf(ends);
    }

    private static int[] sizes(RecordCursor cursor, List<Integer> ends) {
        int[] sizes = new int[ends.size()];
        int record = 0;
        for (int i = 0; i < sizes.length; i++) {
            long bytes = RecordBatchHeader.BYTES;
            for (; record < ends.get(i) && cursor.next(); record++) {
                bytes += RecordBatchBuilder.batchBytesMax(
                                Math.max(cursor.keyLength(), 0), Math.max(cursor.valueLength(), 0), cursor.headers())
                        - RecordBatchHeader.BYTES;
            }
            sizes[i] = Math.toIntExact(bytes);
        }
        return sizes;
    }
}
