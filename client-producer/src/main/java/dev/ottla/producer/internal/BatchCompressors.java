package dev.ottla.producer.internal;

import dev.ottla.config.Compression;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.record.RecordBatchBuilder;
import dev.ottla.internal.record.SealedBatch;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Seals batches with compressors that are reused: as many exist as threads ever sealed at the same time. Called by the thread
 * that filled a batch, or by the leader's loop when it takes one that is not full; never under a partition's lock.
 */
@ThreadSafe
final class BatchCompressors {
    private final Compression compression;
    private final boolean isNeeded;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<BatchCompressor> idle = new ArrayDeque<>();
    private boolean isClosed;

    /**
     * The first compressor is made here, so that a codec that is not there is missed when the producer is built.
     *
     * @throws dev.ottla.errors.MissingCodecException if the codec's library is not on the class path
     */
    BatchCompressors(Compression compression) {
        this.compression = compression;
        this.isNeeded = !(compression instanceof Compression.None);
        if (isNeeded) {
            idle.add(BatchCompressor.of(compression, PooledByteBufAllocator.DEFAULT));
        }
    }

    /** The batch is not stamped yet: only its turn to be sent gives it a number. */
    SealedBatch seal(RecordBatchBuilder builder) {
        if (!isNeeded) {
            return builder.seal(BatchCompressor.none());
        }
        BatchCompressor compressor = take();
        if (compressor == null) {
            compressor = BatchCompressor.of(compression, PooledByteBufAllocator.DEFAULT);
        }
        try {
            return builder.seal(compressor);
        } finally {
            giveBack(compressor);
        }
    }

    private @Nullable BatchCompressor take() {
        lock.lock();
        try {
            return idle.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(BatchCompressor compressor) {
        lock.lock();
        try {
            if (!isClosed) {
                idle.addFirst(compressor);
                return;
            }
        } finally {
            lock.unlock();
        }
        compressor.close();
    }

    /** Frees native memory; compressors in use are freed when they come back. */
    void close() {
        lock.lock();
        try {
            isClosed = true;
            idle.forEach(BatchCompressor::close);
            idle.clear();
        } finally {
            lock.unlock();
        }
    }
}
