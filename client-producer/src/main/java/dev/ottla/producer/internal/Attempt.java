package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.EventLoopConfined;

/**
 * One sending of a batch. Belongs to the loop of the broker that it was sent to, also when the batch has gone on to another
 * leader in the meantime: then its answer means nothing. Between steps 5 and 11 of sending.
 */
@EventLoopConfined
final class Attempt {
    private final ProducerBatch batch;
    private final int partition;
    private boolean isAbandoned;

    Attempt(ProducerBatch batch) {
        this.batch = batch;
        this.partition = batch.topicPartition().partition();
    }

    ProducerBatch batch() {
        return batch;
    }

    int partition() {
        return partition;
    }

    /** The batch does not wait for this attempt any more. */
    void abandon() {
        isAbandoned = true;
    }

    /**
     * Whether nobody waits for it, so that its batch may have given its memory to another. Asked in this order: who abandons it
     * does so on this loop, and before another one ends the batch.
     */
    boolean isOver() {
        return isAbandoned || batch.isEnded();
    }

    /** Whether it was still waited for; from now on it is not, so that it ends once, whatever is thrown on the way. */
    boolean tryEnd() {
        boolean isWaitedFor = !isAbandoned;
        isAbandoned = true;
        return isWaitedFor;
    }
}
