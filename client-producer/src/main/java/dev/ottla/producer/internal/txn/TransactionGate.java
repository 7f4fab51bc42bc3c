package dev.ottla.producer.internal.txn;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.producer.internal.Completer;
import dev.ottla.producer.internal.Identities;
import dev.ottla.producer.internal.ProducerIdentity;
import dev.ottla.producer.internal.TransactionProtocol;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Between the senders and the transaction that is open: lets batches of it pass, and tells the {@link TransactionSession} which
 * partitions they need and which records fail. Asked on the loops of the brokers; opened and shut on the home loop.
 */
@ThreadSafe
public final class TransactionGate implements Identities {

    /** Who is told, on the home loop. */
    interface Listener {
        void onPartitionNeeded(LiveTransaction transaction, TopicPartition partition);

        void onRecordFailed(LiveTransaction transaction, KafkaException cause);
    }

    private final EventLoop homeLoop;
    private volatile @Nullable LiveTransaction open;
    private volatile @Nullable Listener listener;

    /** Shut, until there is a transaction. */
    public TransactionGate(EventLoop homeLoop) {
        this.homeLoop = homeLoop;
    }

    void listener(Listener toTell) {
        listener = toTell;
    }

    void open(LiveTransaction transaction) {
        open = transaction;
    }

    void shut() {
        open = null;
    }

    @Override
    public @Nullable ProducerIdentity identity() {
        LiveTransaction transaction = open;
        return transaction == null ? null : transaction.identity();
    }

    /** Nothing is to be done: it was asked for before the transaction began. */
    @Override
    public void prepare() {}

    @Override
    public void whenKnown(Consumer<@Nullable KafkaException> caller) {
        homeLoop.execute(() -> caller.accept(open == null ? TransactionFailures.noTransaction() : null));
    }

    /** The next transaction has another identity anyway. */
    @Override
    public void renew(ProducerIdentity spent) {}

    @Override
    public boolean admits(TopicPartition partition) {
        LiveTransaction transaction = open;
        if (transaction == null || transaction.cutOff() != null) {
            return false;
        } else if (transaction.identity().protocol() == TransactionProtocol.V2 || transaction.isAdmitted(partition)) {
            return true;
        }
        if (transaction.ask(partition)) {
            tell(toTell -> toTell.onPartitionNeeded(transaction, partition));
        }
        return false;
    }

    /** Only now: a record that is looked at can still be taken back, and then the coordinator hears of nothing. */
    @Override
    public void onSend() {
        LiveTransaction transaction = open;
        if (transaction != null) {
            transaction.use();
        }
    }

    @Override
    public @Nullable KafkaException cutOff() {
        LiveTransaction transaction = open;
        return transaction == null ? null : transaction.cutOff();
    }

    /** The same completer, which also tells the transaction of every record that fails. */
    public Completer watching(Completer completer) {
        return new Completer() {
            @Override
            public void onAcked(Object completion, TopicPartition topicPartition, long offset, long timestamp) {
                completer.onAcked(completion, topicPartition, offset, timestamp);
            }

            @Override
            public void onFailed(Object completion, KafkaException cause) {
                LiveTransaction transaction = open;
                if (transaction != null && transaction.fail(cause)) {
                    tell(toTell -> toTell.onRecordFailed(transaction, cause));
                }
                completer.onFailed(completion, cause);
            }

            @Override
            public boolean wantsAcks(Object completion) {
                return completer.wantsAcks(completion);
            }

            @Override
            public void onBatchEnded(
                    TopicPartition partition, int recordCount, long baseOffset, @Nullable KafkaException cause) {
                completer.onBatchEnded(partition, recordCount, baseOffset, cause);
            }

            @Override
            public void onAllEnded() {
                completer.onAllEnded();
            }
        };
    }

    private void tell(Consumer<Listener> news) {
        Listener toTell = listener;
        if (toTell != null) {
            try {
                homeLoop.execute(() -> news.accept(toTell));
            } catch (RejectedExecutionException clientIsClosed) {
                // There is nobody left to end the transaction; its records still have to be told.
            }
        }
    }
}
