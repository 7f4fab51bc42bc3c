package dev.ottla.common;

import java.util.Map;
import java.util.Optional;

/** What a {@link TransactionInput} hands out at once, to be processed in one transaction. Implemented by what polls return. */
public interface InputBatch {

    /** Whether there is nothing in it. */
    boolean isEmpty();

    /** What to commit once all of it is processed: for each partition the offset after its last record. */
    Map<TopicPartition, OffsetAndMetadata> nextOffsets();

    /** As whom the consumer was reading when it handed this out; empty without a group. */
    Optional<GroupMetadata> groupMetadata();
}
