package dev.ottla.testkit.internal.txn;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.txn.Ending.Decided;
import dev.ottla.testkit.internal.txn.Ending.Refused;
import dev.ottla.testkit.internal.txn.Ending.Settled;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One transactional id as its coordinator knows it (KIP-98, KIP-360, KIP-890): identity, state, and what the open transaction
 * has touched. Decides only; {@link Transactions} has markers written. Owned by the cluster's loop.
 */
@EventLoopConfined
public final class Transaction {
    private final String id;
    private final LongSupplier newProducerId;
    private final Set<TopicPartition> partitions = new TreeSet<>();
    private final Set<String> groups = new TreeSet<>();
    private ProducerIdentity identity;
    private TransactionState state = TransactionState.EMPTY;
    private int timeoutMs;
    private long startMillis = -1;
    private long number;

    /** The epoch before the last bump, by which a repeated request is recognized; -1 for none. */
    private short lastEpoch = -1;

    /** The producer id before the last change; -1 for none. */
    private long formerProducerId = -1;

    /** What the markers carry, and whom the producer is after them. */
    private ProducerIdentity markerIdentity = ProducerIdentity.NONE;

    private ProducerIdentity nextIdentity = ProducerIdentity.NONE;

    Transaction(String id, LongSupplier newProducerId) {
        this.id = id;
        this.newProducerId = newProducerId;
        this.identity = new ProducerIdentity(newProducerId.getAsLong(), (short) -1);
    }

    /**
     * A producer starts, or starts again after an error.
     *
     * @param expected whom the producer believes to be (KIP-360); {@link ProducerIdentity#NONE} if it has just been made
     * @return Decided if an open transaction must be aborted before the producer can have an identity
     */
    Ending init(int newTimeoutMs, ProducerIdentity expected) {
        boolean isExpecting = !expected.equals(ProducerIdentity.NONE);
        if (isExpecting && !isPlausible(expected)) {
            return new Refused(ErrorCode.PRODUCER_FENCED);
        }
        if (state.isPreparing()) {
            return new Refused(ErrorCode.CONCURRENT_TRANSACTIONS);
        }
        if (state == TransactionState.ONGOING) {
            return abort();
        }
        boolean isCurrent = !isExpecting || identity.epoch() < 0 || expected.epoch() == identity.epoch();
        if (isCurrent && identity.isExhausted()) {
            formerProducerId = identity.producerId();
            lastEpoch = isExpecting ? identity.epoch() : -1;
            identity = new ProducerIdentity(newProducerId.getAsLong(), (short) 0);
        } else if (isCurrent) {
            lastEpoch = isExpecting ? identity.epoch() : -1;
            identity = identity.next();
        } else if (expected.epoch() != lastEpoch) {
            return new Refused(ErrorCode.PRODUCER_FENCED);
        }
        timeoutMs = newTimeoutMs;
        state = TransactionState.EMPTY;
        startMillis = -1;
        return new Settled(identity);
    }

    private boolean isPlausible(ProducerIdentity expected) {
        return identity.epoch() < 0
                || expected.producerId() == identity.producerId()
                || (expected.producerId() == formerProducerId && expected.isExhausted());
    }

    /** The open transaction touches partitions, and a group's offsets. */
    ErrorCode add(
            ProducerIdentity producer, Collection<TopicPartition> added, @Nullable String groupId, long nowMillis) {
        ErrorCode error = checkProducer(producer);
        if (error != ErrorCode.NONE) {
            return error;
        }
        if (state != TransactionState.ONGOING) {
            state = TransactionState.ONGOING;
            startMillis = nowMillis;
            number++;
        }
        partitions.addAll(added);
        if (groupId != null) {
            groups.add(groupId);
        }
        return ErrorCode.NONE;
    }

    /** Whether the open transaction touches all that is named; TRANSACTION_ABORTABLE if it does not. */
    ErrorCode verify(ProducerIdentity producer, Collection<TopicPartition> named, @Nullable String groupId) {
        ErrorCode error = checkProducer(producer);
        if (error != ErrorCode.NONE) {
            return error;
        }
        boolean touches = partitions.containsAll(named) && (groupId == null || groups.contains(groupId));
        return touches ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE;
    }

    private ErrorCode checkProducer(ProducerIdentity producer) {
        if (producer.producerId() != identity.producerId()) {
            return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        }
        if (producer.epoch() != identity.epoch()) {
            return ErrorCode.PRODUCER_FENCED;
        }
        return state.isPreparing() ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.NONE;
    }

    /** The producer ends its transaction, and keeps its epoch. */
    Ending end(ProducerIdentity producer, boolean isCommit) {
        if (producer.producerId() != identity.producerId()) {
            return new Refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        }
        if (producer.epoch() != identity.epoch()) {
            return new Refused(ErrorCode.PRODUCER_FENCED);
        }
        if (state == TransactionState.ONGOING) {
            return decide(isCommit, identity, identity);
        }
        if (state == (isCommit ? TransactionState.COMPLETE_COMMIT : TransactionState.COMPLETE_ABORT)) {
            return new Settled(identity);
        }
        return refuse(isCommit);
    }

    /** The same as KIP-890 has it: every end counts the epoch up, so that what comes late belongs to no later transaction. */
    Ending endAndBump(ProducerIdentity producer, boolean isCommit) {
        boolean repeatsBeforeBump = state != TransactionState.ONGOING
                && state != TransactionState.EMPTY
                && producer.producerId() == identity.producerId()
                && producer.epoch() + 1 == identity.epoch();
        boolean repeatsBeforeRotation = producer.producerId() == formerProducerId
                && producer.isExhausted()
                && identity.epoch() == 0
                && !state.isPreparing();
        boolean isRepeated = repeatsBeforeBump || repeatsBeforeRotation;
        if (producer.producerId() != identity.producerId() && !repeatsBeforeRotation) {
            return new Refused(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        }
        if (!isRepeated && (state.isPreparing() || producer.epoch() != identity.epoch())) {
            return new Refused(ErrorCode.PRODUCER_FENCED);
        }
        if (state == TransactionState.ONGOING) {
            return decideAndBump(isCommit);
        }
        if (isRepeated && state == (isCommit ? TransactionState.COMPLETE_COMMIT : TransactionState.COMPLETE_ABORT)) {
            return new Settled(identity);
        }
        if (isRepeated || isCommit) {
            return refuse(isCommit);
        }
        // The producer does not know whether anything of its transaction has arrived: an abort of nothing counts up
        // too.
        return decideAndBump(false);
    }

    private Refused refuse(boolean isCommit) {
        boolean isUnderWay = state == (isCommit ? TransactionState.PREPARE_COMMIT : TransactionState.PREPARE_ABORT);
        return new Refused(isUnderWay ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.INVALID_TXN_STATE);
    }

    private Decided decideAndBump(boolean isCommit) {
        ProducerIdentity bumped = identity.next();
        ProducerIdentity next =
                identity.isExhausted() ? new ProducerIdentity(newProducerId.getAsLong(), (short) 0) : bumped;
        return decide(isCommit, bumped, next);
    }

    /** The coordinator ends the open transaction: another instance of the producer wants to start, or time is over. */
    Decided abort() {
        ProducerIdentity fence = identity.next();
        Decided decided = decide(false, fence, fence);
        // The producer that is fenced must not be taken for one that repeats its request.
        lastEpoch = -1;
        return decided;
    }

    private Decided decide(boolean isCommit, ProducerIdentity markers, ProducerIdentity next) {
        state = isCommit ? TransactionState.PREPARE_COMMIT : TransactionState.PREPARE_ABORT;
        if (markers.epoch() != identity.epoch()) {
            lastEpoch = identity.epoch();
        }
        identity = markers;
        markerIdentity = markers;
        nextIdentity = next;
        return new Decided(next);
    }

    /** All markers are written. */
    void complete() {
        state = isCommitting() ? TransactionState.COMPLETE_COMMIT : TransactionState.COMPLETE_ABORT;
        if (nextIdentity.producerId() != identity.producerId()) {
            formerProducerId = identity.producerId();
        }
        identity = nextIdentity;
        partitions.clear();
        groups.clear();
    }

    boolean isCommitting() {
        return state == TransactionState.PREPARE_COMMIT;
    }

    /** What the markers of the decided transaction carry. */
    ProducerIdentity markerIdentity() {
        return markerIdentity;
    }

    /** The transactional id. */
    public String id() {
        return id;
    }

    public TransactionState state() {
        return state;
    }

    /** The producer that may write. */
    public ProducerIdentity identity() {
        return identity;
    }

    public int timeoutMs() {
        return timeoutMs;
    }

    /** When the open transaction began, in milliseconds since 1970; -1 if there was none since the producer started. */
    public long startMillis() {
        return startMillis;
    }

    /** The partitions that the transaction touches; a copy. */
    public List<TopicPartition> partitions() {
        return List.copyOf(partitions);
    }

    /** The groups whose offsets the transaction commits; a copy. */
    public List<String> groups() {
        return List.copyOf(groups);
    }

    /** Counts the transactions of this id, so that a timer knows which one it is for. */
    long number() {
        return number;
    }

    void removePartition(TopicPartition partition) {
        partitions.remove(partition);
    }
}
