package dev.ottla.testkit.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the assignors promise holds for groups made up at random. */
class ServerAssignorTest {
    private static final int ROUNDS = 500;

    private record Group(Map<String, Set<UUID>> subscriptions, Map<UUID, Integer> partitionCounts) {
        static Group random(Random random) {
            Map<UUID, Integer> counts = new TreeMap<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                counts.put(new UUID(i, i), random.nextInt(12));
            }
            Map<String, Set<UUID>> subscriptions = new HashMap<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                Set<UUID> topics = new HashSet<>(counts.keySet());
                topics.removeIf(topic -> random.nextInt(4) == 0);
                subscriptions.put("member-" + random.nextInt(9), topics);
            }
            return new Group(subscriptions, counts);
        }

        boolean wants(String member, GroupPartition partition) {
            return subscriptions.getOrDefault(member, Set.of()).contains(partition.topicId());
        }
    }

    @Test
    void should_give_every_wanted_partition_to_one_who_wants_it() {
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            Group group = Group.random(random);
            for (ServerAssignor assignor : ServerAssignor.values()) {
                var target = assignor.assign(group.subscriptions, group.partitionCounts, Map.of());

                List<GroupPartition> given = new ArrayList<>();
                target.forEach((member, own) -> {
                    assertThat(own).allMatch(each -> group.wants(member, each));
                    given.addAll(own);
                });
                List<GroupPartition> wanted = new ArrayList<>();
                group.partitionCounts.forEach((topic, count) -> {
                    for (int i = 0; i < count; i++) {
                        GroupPartition each = new GroupPartition(topic, i);
                        if (group.subscriptions.keySet().stream().anyMatch(member -> group.wants(member, each))) {
                            wanted.add(each);
                        }
                    }
                });
                assertThat(given).as("round %s", round).containsExactlyInAnyOrderElementsOf(wanted);
            }
        }
    }

    @Test
    void should_give_nobody_two_more_than_another_who_could_have_one() {
        Random random = new Random(2);
        for (int round = 0; round < ROUNDS; round++) {
            Group group = Group.random(random);
            var previous =
                    ServerAssignor.UNIFORM.assign(Group.random(random).subscriptions, group.partitionCounts, Map.of());

            var target = ServerAssignor.UNIFORM.assign(group.subscriptions, group.partitionCounts, previous);

            target.forEach((rich, own) -> own.forEach(each -> target.forEach((other, others) -> {
                if (group.wants(other, each)) {
                    assertThat(own).hasSizeLessThan(others.size() + 2);
                }
            })));
        }
    }

    @Test
    void should_leave_everything_where_it_is_when_nothing_changes() {
        Random random = new Random(3);
        for (int round = 0; round < ROUNDS; round++) {
            Group group = Group.random(random);
            var first = ServerAssignor.UNIFORM.assign(group.subscriptions, group.partitionCounts, Map.of());

            var second = ServerAssignor.UNIFORM.assign(group.subscriptions, group.partitionCounts, first);

            assertThat(second).isEqualTo(first);
        }
    }
}
