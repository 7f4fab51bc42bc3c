package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.Segment;
import java.util.ArrayDeque;
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

    /** Without those of which there are none, but for batches: other sizes may never come again. */
    private final TreeMap<Integer, ArrayDeque<Segment>> bySize = new TreeMap<>();

    private final ArrayDeque<Segment> ofBatches = new ArrayDeque<>();
    private long bytes;

    /** Of those that are larger than any batch it keeps what has the size of several: others are made for a single record. */
    FreeSegments(int batchBytes) {
        this.batchBytes = batchBytes;
        this.batchKey = batchBytes;
        bySize.put(batchKey, ofBatches);
    }

    /** One of just this size; null if there is none. */
    @Nullable
    Segment poll(int size) {
        ArrayDeque<Segment> ofSize = bySize.get(key(size));
        Segment segment = ofSize == null ? null : ofSize.pollFirst();
        if (ofSize == null || segment == null) {
            return null;
        }
        bytes -= size;
        if (ofSize.isEmpty() && ofSize != ofBatches) {
            bySize.remove(size);
        }
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
        if (bytes <= bytesMax) {
            return;
        }
        for (ArrayDeque<Segment> ofSize : bySize.descendingMap().values()) {
            while (bytes > bytesMax && !ofSize.isEmpty()) {
                bytes -= ofSize.removeFirst().capacity();
            }
        }
        bySize.values().removeIf(ofSize -> ofSize.isEmpty() && ofSize != ofBatches);
    }

    void clear() {
        bySize.clear();
        ofBatches.clear();
        bySize.put(batchKey, ofBatches);
        bytes = 0;
    }
}
