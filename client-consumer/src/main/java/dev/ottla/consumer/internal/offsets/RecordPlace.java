package dev.ottla.consumer.internal.offsets;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Immutable;

/** Where a record lies. */
@Immutable
public record RecordPlace(TopicPartition partition, long offset) {
    @Override
    public String toString() {
        return "offset " + offset + " of " + partition;
    }
}
