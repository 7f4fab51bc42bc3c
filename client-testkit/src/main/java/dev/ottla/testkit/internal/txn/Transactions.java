package dev.ottla.testkit.internal.txn;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.concurrent.WallClock;
import dev.ottla.testkit.internal.txn.Ending.Decided;
import dev.ottla.testkit.internal.txn.Ending.Refused;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The transaction coordinator: all transactional ids, the timeouts of their transactions, and the writing of markers when one is
 * decided. Called by the handlers of transactional requests; owned by the cluster's loop.
 */
@EventLoopConfined
public final class Transactions {
    /** {@code transaction.max.timeout.ms}. */
    private static final int TIMEOUT_MS_MAX = 900_000;

    /** How soon a marker is looked after that is not written, or not replicated. */
    private static final long MARKER_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final EventLoop loop;
    private final WallClock clock;
    private final LongSupplier newProducerId;
    private final Markers markers;
    private final TreeMap<String, Transaction> byId = new TreeMap<>();
    private long markerDelayNanos;

    /** Where the end of a transaction is written. */
    public interface Markers {

        /**
         * Writes the marker of a partition, unless it is there. False if the partition has no leader now, or not all in-sync
         * replicas have the marker, so that it may be lost: to be called again then.
         */
        boolean tryWrite(TopicPartition partition, ProducerIdentity producer, boolean isCommit);

        /** Ends the transaction in the offsets of a group. */
        void write(String groupId, ProducerIdentity producer, boolean isCommit);
    }

    /**
     * No transactional ids.
     *
     * @param newProducerId gives a producer id that nobody has had
     */
    public Transactions(EventLoop loop, WallClock clock, LongSupplier newProducerId, Markers markers) {
        this.loop = loop;
        this.clock = clock;
        this.newProducerId = newProducerId;
        this.markers = markers;
    }

    /** All transactional ids, by name. */
    public Collection<Transaction> all() {
        return byId.values();
    }

    public @Nullable Transaction find(String transactionalId) {
        return byId.get(transactionalId);
    }

    /** How long the markers come after the decision; 0 for the next turn of the loop. */
    public void markerDelayNanos(long nanos) {
        markerDelayNanos = nanos;
    }

    /** A producer starts with a transactional id. */
    public Ending init(String transactionalId, int timeoutMs, ProducerIdentity expected) {
        if (transactionalId.isEmpty()) {
            return new Refused(ErrorCode.INVALID_REQUEST);
        }
        if (timeoutMs <= 0 || timeoutMs > TIMEOUT_MS_MAX) {
            return new Refused(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
        }
        Transaction transaction = byId.computeIfAbsent(transactionalId, id -> new Transaction(id, newProducerId));
        Ending ending = transaction.init(timeoutMs, expected);
        if (ending instanceof Decided) {
            writeMarkers(transaction);
            return new Refused(ErrorCode.CONCURRENT_TRANSACTIONS);
        }
        return ending;
    }

    /** The open transaction touches partitions and, if one is named, a group. */
    public ErrorCode add(
            String transactionalId,
            ProducerIdentity producer,
            Collection<TopicPartition> partitions,
            @Nullable String groupId) {
        if (transactionalId.isEmpty()) {
            return ErrorCode.INVALID_REQUEST;
        }
        Transaction transaction = byId.get(transactionalId);
        if (transaction == null) {
            return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        }
        boolean wasOpen = transaction.state() == TransactionState.ONGOING;
        ErrorCode error = transaction.add(producer, partitions, groupId, clock.currentTimeMillis());
        if (error == ErrorCode.NONE && !wasOpen) {
            long number = transaction.number();
            long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(transaction.timeoutMs());
            loop.schedule(() -> onTimeout(transaction, number), timeoutNanos);
        }
        return error;
    }

    private void onTimeout(Transaction transaction, long number) {
        if (transaction.state() == TransactionState.ONGOING && transaction.number() == number) {
            Decided unused = transaction.abort();
            writeMarkers(transaction);
        }
    }

    /** Whether the open transaction touches what is named (KIP-890); TRANSACTION_ABORTABLE if it does not. */
    public ErrorCode verify(
            String transactionalId,
            ProducerIdentity producer,
            Collection<TopicPartition> partitions,
            @Nullable String groupId) {
        Transaction transaction = byId.get(transactionalId);
        return transaction == null
                ? ErrorCode.INVALID_PRODUCER_ID_MAPPING
                : transaction.verify(producer, partitions, groupId);
    }

    /**
     * The producer ends its transaction.
     *
     * @param bumpsEpoch whether it speaks the protocol of KIP-890
     */
    public Ending end(String transactionalId, ProducerIdentity producer, boolean isCommit, boolean bumpsEpoch) {
        if (transactionalId.isEmpty()) {
            return new Refused(ErrorCode.INVALID_REQUEST);
        }
        Transaction transaction = byId.get(transactionalId);
        if (transaction == null) {
            return new Refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        }
        Ending ending = bumpsEpoch ? transaction.endAndBump(producer, isCommit) : transaction.end(producer, isCommit);
        if (ending instanceof Decided) {
            writeMarkers(transaction);
        }
        return ending;
    }

    /** After the answer that says so, as a broker does. */
    private void writeMarkers(Transaction transaction) {
        loop.schedule(() -> writeMarkersNow(transaction), markerDelayNanos);
    }

    private void writeMarkersNow(Transaction transaction) {
        boolean isCommit = transaction.isCommitting();
        ProducerIdentity producer = transaction.markerIdentity();
        List<TopicPartition> partitions = transaction.partitions();
        for (TopicPartition each : partitions) {
            if (markers.tryWrite(each, producer, isCommit)) {
                transaction.removePartition(each);
            }
        }
        if (!transaction.partitions().isEmpty()) {
            loop.schedule(() -> writeMarkersNow(transaction), MARKER_RETRY_NANOS);
            return;
        }
        transaction.groups().forEach(group -> markers.write(group, producer, isCommit));
        transaction.complete();
    }
}
