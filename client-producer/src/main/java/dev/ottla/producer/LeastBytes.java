package dev.ottla.producer;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One topic's counts for {@link Partitioners#leastBytes}. Thread-safe. */
final class LeastBytes implements Partitioners.ByBytes {
    private final ReentrantLock lock = new ReentrantLock();
    private long[] sentBytes = {};

    @Override
    public int partition(ProducerRecord<?, ?> record, @Nullable ByteBuffer key, TopicPartitions partitions) {
        return partition(record, key, 0, partitions);
    }

    @Override
    public int partition(
            ProducerRecord<?, ?> record, @Nullable ByteBuffer key, int valueBytes, TopicPartitions partitions) {
        int bytes = valueBytes + (key == null ? 0 : key.remaining());
        lock.lock();
        try {
            if (sentBytes.length < partitions.count()) {
                sentBytes = Arrays.copyOf(sentBytes, partitions.count());
            }
            int least = least(partitions);
            sentBytes[least] += bytes;
            return least;
        } finally {
            lock.unlock();
        }
    }

    private int least(TopicPartitions partitions) {
        int least = -1;
        for (int partition = 0; partition < partitions.count(); partition++) {
            boolean isEligible = partitions.availableCount() == 0 || partitions.isAvailable(partition);
            if (isEligible && (least < 0 || sentBytes[partition] < sentBytes[least])) {
                least = partition;
            }
        }
        return least;
    }
}
