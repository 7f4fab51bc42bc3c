package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * As Kafka's {@code StickyAssignor} (KIP-54, with the generation of KIP-341). Members own nothing any more when they join, so
 * what they owned travels in the user data. Stateless.
 */
final class StickyAssignor implements PartitionAssignor {

    @Override
    public String name() {
        return "sticky";
    }

    @Override
    public ByteBuffer userData(Set<TopicPartition> lastAssigned, int generationId) {
        return lastAssigned.isEmpty()
                ? ByteBuffer.allocate(0)
                : StickyMemory.write(new Claim(List.copyOf(lastAssigned), generationId));
    }

    @Override
    public Map<String, List<TopicPartition>> assign(TopicLayout layout, Collection<MemberSubscription> members) {
        PreviousOwners owners = new PreviousOwners(layout);
        members.forEach(member -> owners.claim(member, StickyMemory.read(member.userData())));
        return new StickyDivision(layout, members, owners.byPartition()).divide();
    }
}
