package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.record.Segment;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Segments that came back and can be lent again, by their size; of one size the last one first, whose memory is most likely
 * still in a cache. Direct memory is dear to get and slow to be given up. Part of {@link MemoryBudget}, whose lock guards it.
 */
@Confined
final class KeptSegments {
    private final TreeMap<Integer, ArrayDeque<Segment>> bySize = new TreeMap<>();
    private long bytes;

    /** One of exactly this size, lent again; null if there is none. */
    @Nullable
    Segment take(int segmentBytes) {
        ArrayDeque<Segment> ofSize = bySize.get(segmentBytes);
        Segment segment = ofSize == null ? null : ofSize.pollFirst();
        if (segment != null) {
            bytes -= segmentBytes;
        }
        return segment;
    }

    void add(Segment segment) {
        bySize.computeIfAbsent(segment.capacity(), size -> new ArrayDeque<>()).addFirst(segment);
        bytes += segment.capacity();
    }

    /** Gives up the largest, until there are no more bytes than these. */
    void dropDownTo(long bytesMax) {
        Map.Entry<Integer, ArrayDeque<Segment>> largest = bySize.lastEntry();
        while (bytes > bytesMax && largest != null) {
            if (largest.getValue().pollFirst() == null) {
                bySize.remove(largest.getKey());
                largest = bySize.lastEntry();
            } else {
                bytes -= largest.getKey();
            }
        }
    }
}
