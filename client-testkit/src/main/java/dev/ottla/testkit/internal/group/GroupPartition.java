package dev.ottla.testkit.internal.group;

import dev.ottla.internal.concurrent.Immutable;
import java.util.Comparator;
import java.util.UUID;

/** A partition as KIP-848 names it: by the id of its topic. */
@Immutable
record GroupPartition(UUID topicId, int partition) implements Comparable<GroupPartition> {
    private static final Comparator<GroupPartition> ORDER =
            Comparator.comparing(GroupPartition::topicId).thenComparingInt(GroupPartition::partition);

    @Override
    public int compareTo(GroupPartition other) {
        return ORDER.compare(this, other);
    }
}
