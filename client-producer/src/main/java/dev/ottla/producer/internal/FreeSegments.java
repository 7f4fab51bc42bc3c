package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.Segment;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Segments that came back, kept by size to be lent again; of one size the last one first, whose memory is most likely still in a
 * cache. Direct memory is dear to get and slow to be given up. Part of a {@link MemoryBudget}, under its lock.
 */
@Confined
final class FreeSegments {
    private final int batchBytes;

    /** The size of nearly all of them, as the key of a map. */
    private final Integer batchKey;

    private final TreeMap<Integer, ArrayDeque<Segment>> bySize = new TreeMap<>();
    private long bytes;

    /** Of those that are larger than any batch it keeps what has the size of several: others are made for a single record. */
    FreeSegments(int batchBytes) {
        this.batchBytes = batchBytes;
        this.batchKey = batchBytes;
    }

    /** One of just this size; null if there is none. */
    @Nullable
    Segment poll(int size) {
        ArrayDeque<Segment> ofSize = bySize.get(key(size));
        Segment segment = ofSize == null ? null : ofSize.pollFirst();
        bytes -= segment == null ? 0 : size;
        return segment;
    }

    private Integer key(int size) {
        return size == batchBytes ? batchKey : Integer.valueOf(size);
    }

    void add(Segment segment) {
        int size = segment.capacity();
        if (size < batchBytes * (long) BatchGrowth.TIMES_MAX || size % batchBytes == 0) {
            bySize.computeIfAbsent(key(size), any -> new ArrayDeque<>()).addFirst(segment);
            bytes += size;
        }
    }

    /** Keeps no more than so much; the largest go first. */
    void shrinkTo(long bytesMax) {
        while (bytes > bytesMax) {
            Map.Entry<Integer, ArrayDeque<Segment>> largest = bySize.lastEntry();
            if (largest.getValue().pollFirst() == null) {
                bySize.remove(largest.getKey());
            } else {
                bytes -= largest.getKey();
            }
        }
    }

    void clear() {
        bySize.clear();
        bytes = 0;
    }
}
