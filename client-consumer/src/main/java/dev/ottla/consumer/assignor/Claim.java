package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.util.List;

/**
 * What a member says that it owned, and in which generation. Immutable.
 *
 * @param generationId {@link #NO_GENERATION} if the member did not tell
 */
record Claim(List<TopicPartition> partitions, int generationId) {
    /** A member that tells no generation is believed less than any that does. */
    static final int NO_GENERATION = -1;

    static final Claim NOTHING = new Claim(List.of(), NO_GENERATION);
}
