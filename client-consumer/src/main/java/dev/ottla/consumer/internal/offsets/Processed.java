package dev.ottla.consumer.internal.offsets;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.Confined;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What automatic commits may take: what was handed out counts as processed from the next poll on. Part of an {@link Assignment},
 * whose lock confines it.
 */
@Confined
final class Processed {
    /** Positions after what the last poll handed out; the application may still be at work on it. */
    private final Map<TopicPartition, FetchPosition> handedOut = new HashMap<>();

    /** Positions after what earlier polls handed out, as far as they have not been taken for an automatic commit. */
    private final Map<TopicPartition, FetchPosition> processed = new HashMap<>();

    /** What was last taken for an automatic commit. */
    private final Map<TopicPartition, OffsetAndMetadata> lastTaken = new HashMap<>();

    /** Records before this position are about to be handed out. */
    void onHandedOut(TopicPartition partition, FetchPosition next) {
        handedOut.put(partition, next);
    }

    /** The application goes on here, and is done with all before; null if the place is yet to be looked up. */
    void onSeek(TopicPartition partition, @Nullable FetchPosition position) {
        processed.remove(partition);
        handedOut.remove(partition);
        if (position != null) {
            handedOut.put(partition, position);
        }
    }

    void forget(TopicPartition partition) {
        handedOut.remove(partition);
        processed.remove(partition);
        lastTaken.remove(partition);
    }

    void onPoll() {
        if (!handedOut.isEmpty()) {
            processed.putAll(handedOut);
            handedOut.clear();
        }
    }

    /** See {@link Assignment#takeProcessed}. */
    Map<TopicPartition, OffsetAndMetadata> take() {
        Map<TopicPartition, OffsetAndMetadata> taken = new TreeMap<>();
        processed.forEach((partition, position) -> taken.put(partition, toCommit(position)));
        processed.clear();
        lastTaken.putAll(taken);
        return taken;
    }

    /** See {@link Assignment#putBackProcessed}. */
    void putBack(TopicPartition partition, OffsetAndMetadata taken) {
        if (taken.equals(lastTaken.get(partition))) {
            processed.putIfAbsent(
                    partition,
                    new FetchPosition(taken.offset(), taken.leaderEpoch().orElse(FetchPosition.UNKNOWN_EPOCH)));
        }
    }

    static OffsetAndMetadata toCommit(FetchPosition position) {
        return new OffsetAndMetadata(
                position.offset(),
                position.leaderEpoch() >= 0 ? OptionalInt.of(position.leaderEpoch()) : OptionalInt.empty(),
                "");
    }
}
