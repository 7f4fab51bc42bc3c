package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Memory of segments that came back, kept by size for the next ones. Part of a {@link MemoryBudget}, under its lock. */
@Confined
final class FreeSegments {
    private final int sizeMax;
    private final TreeMap<Integer, ArrayDeque<ByteBuffer>> bySize = new TreeMap<>();
    private long bytes;

    /** Keeps none that is larger: such are made for a single record. */
    FreeSegments(int sizeMax) {
        this.sizeMax = sizeMax;
    }

    /** Memory of just this size; null if there is none. */
    @Nullable
    ByteBuffer poll(int size) {
        ArrayDeque<ByteBuffer> ofSize = bySize.get(size);
        ByteBuffer memory = ofSize == null ? null : ofSize.pollFirst();
        bytes -= memory == null ? 0 : size;
        return memory;
    }

    void add(ByteBuffer memory) {
        if (memory.capacity() <= sizeMax) {
            bySize.computeIfAbsent(memory.capacity(), size -> new ArrayDeque<>())
                    .addFirst(memory);
            bytes += memory.capacity();
        }
    }

    /** Keeps no more than so much; the largest go first. */
    void shrinkTo(long bytesMax) {
        while (bytes > bytesMax) {
            Map.Entry<Integer, ArrayDeque<ByteBuffer>> largest = bySize.lastEntry();
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
