package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.work.DeadLetters;
import dev.ottla.errors.RecordException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.record.RecordCursor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what a {@link PoisonPolicy} says, on the thread that polls. Thread-safe. */
final class PoisonRecords implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PoisonRecords.class);

    private final Cluster cluster;
    private final PoisonPolicy policy;
    private final String group;
    private final @Nullable DeadLetters deadLetters;

    PoisonRecords(Cluster cluster, PoisonPolicy policy, String group) {
        this.cluster = cluster;
        this.policy = policy;
        this.group = group;
        this.deadLetters = policy instanceof PoisonPolicy.DeadLetter to ? new DeadLetters(cluster, to.topic()) : null;
    }

    /** Whether a partition is to be paused in front of such a record. */
    boolean pauses() {
        return policy instanceof PoisonPolicy.Pause;
    }

    /** Returns if the record is to be left out, otherwise throws the failure. */
    void onUnreadable(RecordCursor record, TopicPartition partition, RecordException failure) {
        if (policy instanceof PoisonPolicy.Skip) {
            LOG.warn("A record of {} is left out: {}", partition, failure.getMessage());
        } else if (deadLetters != null) {
            write(deadLetters, record, partition, failure);
            LOG.warn("A record of {} went to the dead letters: {}", partition, failure.getMessage());
        } else {
            throw failure;
        }
    }

    private void write(DeadLetters to, RecordCursor record, TopicPartition partition, RecordException failure) {
        DeadLetters.Letter letter = new DeadLetters.Letter(
                partition.partition(),
                record.timestamp(),
                copy(record, record.keyPosition(), record.keyLength()),
                copy(record, record.valuePosition(), record.valueLength()),
                ErrorHeaders.added(record.headers(), partition, record.offset(), group, failure, 1));
        Duration timeout = cluster.options().defaultApiTimeout().multipliedBy(2);
        try {
            cluster.runtime().await(to.write(letter), timeout.toNanos());
        } catch (ExecutionException | TimeoutException e) {
            failure.addSuppressed(e);
            throw failure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure.addSuppressed(e);
            throw failure;
        }
    }

    private static @Nullable ByteBuffer copy(RecordCursor record, int position, int length) {
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        record.bytes().get(position, bytes);
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public void close() {
        if (deadLetters != null) {
            deadLetters.close();
        }
    }
}
