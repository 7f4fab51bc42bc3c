package dev.ottla.producer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells senders as whom they send, and what of. Asked on the loops of the brokers, steps 5 and 11 of sending: by a producer
 * without transactions of its {@link ProducerIds}, by one with transactions of the transaction that is open.
 */
@ThreadSafe
public interface Identities {

    /** Who the producer is; null while it has to be asked for. */
    @Nullable
    ProducerIdentity identity();

    /** Asks, so that the identity may be known when it is needed. Returns at once. */
    void prepare();

    /** Calls back on the home loop, with null when the identity is known, or with why it can't be had. */
    void whenKnown(Consumer<@Nullable KafkaException> caller);

    /** This identity is of no use any more, somewhere. */
    void renew(ProducerIdentity spent);

    /**
     * Whether a partition may be sent to now. If not, and it will be later, its queue is offered to its owner then
     * ({@link SendPipeline#offer}).
     */
    boolean admits(TopicPartition partition);

    /** Something is sent now, as whom {@link #identity} says, to partitions that were admitted. */
    void onSend();

    /** Why nothing more is accepted, and what is not sent or would be sent again is given up; null if it is not. */
    @Nullable
    KafkaException cutOff();
}
