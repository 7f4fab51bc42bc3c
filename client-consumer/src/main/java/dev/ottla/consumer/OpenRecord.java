package dev.ottla.consumer;

import dev.ottla.common.Headers;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.work.Work;
import dev.ottla.consumer.internal.work.WorkBoard;
import org.jspecify.annotations.Nullable;

/**
 * A record that has been handed out and is to be acknowledged: see {@link AcknowledgingConsumer}. Key and value are
 * deserialized when they are asked for. Thread-safe; stays valid as long as it is kept.
 *
 * @param <K> what keys are
 * @param <V> what values are
 */
public final class OpenRecord<K, V> {
    private final WorkBoard<ConsumerRecord<byte[], byte[]>> board;
    private final Work<ConsumerRecord<byte[], byte[]>> work;
    private final RecordDecoder<K, V> decoder;
    private final Runnable onEnded;

    OpenRecord(
            WorkBoard<ConsumerRecord<byte[], byte[]>> board,
            Work<ConsumerRecord<byte[], byte[]>> work,
            RecordDecoder<K, V> decoder,
            Runnable onEnded) {
        this.board = board;
        this.work = work;
        this.decoder = decoder;
        this.onEnded = onEnded;
    }

    /** Where it was read from. */
    public TopicPartition topicPartition() {
        return work.partition();
    }

    /** Its place in the partition. */
    public long offset() {
        return work.offset();
    }

    /** Its headers, may be empty. */
    public Headers headers() {
        return work.payload().headers();
    }

    /** The key as it was read, null if there is none. Not a copy: it must not be changed. */
    public byte @Nullable [] rawKey() {
        return work.payload().key();
    }

    /** The value as it was read, null for a tombstone. Not a copy: it must not be changed. */
    public byte @Nullable [] rawValue() {
        return work.payload().value();
    }

    /**
     * The record, deserialized by this call.
     *
     * @throws dev.ottla.errors.RecordException if a deserializer fails; the record can still be acknowledged
     */
    public ConsumerRecord<K, V> record() {
        return decoder.decode(work.payload());
    }

    /**
     * Says that the record is finished. Its offset is committed once all records before it in its partition are finished too.
     * Any thread, any order; does not block.
     *
     * @return false if this says nothing new, or nothing that counts any more: it was acknowledged before, its partition was
     *     taken away, or the consumer is closed
     */
    public boolean acknowledge() {
        boolean counts = board.finish(work);
        // Even if it does not count, others may have waited for it.
        onEnded.run();
        return counts;
    }

    /**
     * Gives the record back, to be handed out again, before any other that is ready. Does not block.
     *
     * @return false if it was acknowledged or given back before, or its partition was taken away
     */
    public boolean giveBack() {
        boolean counts = board.suspend(work);
        if (counts) {
            board.resume(work);
        }
        onEnded.run();
        return counts;
    }

    /** Where it was read from; never key or value, which may be secrets. */
    @Override
    public String toString() {
        return "OpenRecord[" + work + "]";
    }
}
