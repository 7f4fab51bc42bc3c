package dev.ottla.consumer.assignor;

import dev.ottla.common.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** As Kafka's {@code CooperativeStickyAssignor} (KIP-429). Stateless. */
final class CooperativeStickyAssignor implements PartitionAssignor {

    @Override
    public String name() {
        return "cooperative-sticky";
    }

    @Override
    public boolean isCooperative() {
        return true;
    }

    @Override
    public ByteBuffer userData(Set<TopicPartition> lastAssigned, int generationId) {
        return StickyMemory.writeGeneration(generationId);
    }

    @Override
    public Map<String, List<TopicPartition>> assign(TopicLayout layout, Collection<MemberSubscription> members) {
        PreviousOwners owners = new PreviousOwners(layout);
        Map<TopicPartition, Set<String>> claimants = new HashMap<>();
        for (MemberSubscription member : members) {
            owners.claim(member, claim(member));
            for (TopicPartition partition : member.ownedPartitions()) {
                claimants.computeIfAbsent(partition, key -> new HashSet<>()).add(member.memberId());
            }
        }
        Map<String, List<TopicPartition>> assignment =
                new StickyDivision(layout, members, owners.byPartition()).divide();
        // Whoever has a partition now gives it up first: also one that is wrong about having it.
        assignment.forEach((memberId, partitions) -> partitions.removeIf(partition -> {
            Set<String> others = claimants.getOrDefault(partition, Set.of());
            return !others.isEmpty() && !(others.size() == 1 && others.contains(memberId));
        }));
        return assignment;
    }

    private static Claim claim(MemberSubscription member) {
        int fromUserData = StickyMemory.readGeneration(member.userData()).orElse(Claim.NO_GENERATION);
        return new Claim(member.ownedPartitions(), member.generationId().orElse(fromUserData));
    }
}
