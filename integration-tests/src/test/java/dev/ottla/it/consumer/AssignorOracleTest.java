package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.assignor.MemberSubscription;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.assignor.TopicLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whichever client leads a mixed group, its members must be served alike: by range and round-robin with the very same result,
 * by the sticky ones at least as evenly and with at least as many partitions kept.
 */
class AssignorOracleTest {
    private static final int SEEDS = 2000;

    /** Members and topics of one group, the same for both clients. */
    private record Group(
            TopicLayout layout, Map<String, List<PartitionInfo>> theirs, List<MemberSubscription> members) {}

    /** What the members of random groups subscribe to. */
    private enum Subscriptions {
        ALIKE,
        DIFFERENT
    }

    private static Group group(long seed, Subscriptions subscriptions, boolean withRacks) {
        Random random = new Random(seed);
        List<String> topics = IntStream.range(0, 1 + random.nextInt(6))
                .mapToObj(i -> "topic-" + i)
                .toList();
        Map<String, Integer> partitionsPerTopic = new TreeMap<>();
        int usual = 1 + random.nextInt(12);
        for (String topic : topics) {
            if (random.nextInt(8) > 0) {
                partitionsPerTopic.put(topic, random.nextBoolean() ? usual : 1 + random.nextInt(20));
            }
        }
        Map<TopicPartition, Set<String>> racks = new HashMap<>();
        Map<String, List<PartitionInfo>> theirs = new HashMap<>();
        partitionsPerTopic.forEach((topic, count) -> {
            for (int i = 0; i < count; i++) {
                Node[] replicas = replicas(random);
                Set<String> names = new HashSet<>();
                for (Node node : withRacks ? replicas : new Node[0]) {
                    names.add(node.rack());
                }
                racks.put(new TopicPartition(topic, i), names);
                theirs.computeIfAbsent(topic, name -> new ArrayList<>())
                        .add(new PartitionInfo(topic, i, replicas[0], replicas, replicas));
            }
        });
        List<MemberSubscription> members = new ArrayList<>();
        int count = 1 + random.nextInt(9);
        for (int i = 0; i < count; i++) {
            members.add(member(random, count - i, subscriptions, topics, withRacks));
        }
        return new Group(new TopicLayout(partitionsPerTopic, racks), theirs, members);
    }

    private static Node[] replicas(Random random) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            nodes.add(new Node(i, "node-" + i, 9092, "rack-" + i % 3));
        }
        Collections.shuffle(nodes, random);
        return nodes.subList(0, 1 + random.nextInt(2)).toArray(Node[]::new);
    }

    private static MemberSubscription member(
            Random random, int number, Subscriptions subscriptions, List<String> topics, boolean withRacks) {
        List<String> subscribed = new ArrayList<>(topics);
        if (subscriptions == Subscriptions.DIFFERENT) {
            String one = subscribed.get(random.nextInt(subscribed.size()));
            subscribed.removeIf(topic -> !topic.equals(one) && random.nextInt(3) == 0);
            Collections.shuffle(subscribed, random);
        }
        boolean isStatic = random.nextInt(3) == 0;
        return new MemberSubscription(
                "member-" + random.nextInt(1_000_000) + "-" + number,
                isStatic ? Optional.of("instance-" + number) : Optional.empty(),
                subscribed,
                List.of(),
                OptionalInt.empty(),
                withRacks && random.nextInt(5) > 0 ? Optional.of("rack-" + random.nextInt(3)) : Optional.empty(),
                ByteBuffer.allocate(0));
    }

    private static Map<String, List<TopicPartition>> theirs(AbstractPartitionAssignor assignor, Group group) {
        Map<String, Subscription> subscriptions = new LinkedHashMap<>();
        for (MemberSubscription member : group.members()) {
            Subscription subscription = new Subscription(
                    member.topics(),
                    member.userData().hasRemaining() ? member.userData() : null,
                    member.ownedPartitions().stream()
                            .map(each -> new org.apache.kafka.common.TopicPartition(each.topic(), each.partition()))
                            .toList(),
                    member.generationId().orElse(-1),
                    member.rack());
            subscription.setGroupInstanceId(member.groupInstanceId());
            subscriptions.put(member.memberId(), subscription);
        }
        Map<String, List<TopicPartition>> result = new TreeMap<>();
        assignor.assignPartitions(new HashMap<>(group.theirs()), subscriptions)
                .forEach((member, partitions) -> result.put(
                        member,
                        partitions.stream()
                                .map(each -> new TopicPartition(each.topic(), each.partition()))
                                .sorted()
                                .toList()));
        return result;
    }

    private static Map<String, List<TopicPartition>> ours(PartitionAssignor assignor, Group group) {
        Map<String, List<TopicPartition>> result = new TreeMap<>();
        assignor.assign(group.layout(), group.members())
                .forEach((member, partitions) ->
                        result.put(member, partitions.stream().sorted().toList()));
        return result;
    }

    @ParameterizedTest
    @EnumSource
    void should_divide_ranges_as_kafka_clients_does(Subscriptions subscriptions) {
        for (long seed = 0; seed < SEEDS; seed++) {
            // given
            Group group = group(seed, subscriptions, seed % 3 != 0);

            // when, then
            assertThat(ours(PartitionAssignor.range(), group))
                    .as("seed %s", seed)
                    .isEqualTo(theirs(new RangeAssignor(), group));
        }
    }

    @ParameterizedTest
    @EnumSource
    void should_deal_out_as_kafka_clients_does(Subscriptions subscriptions) {
        for (long seed = 0; seed < SEEDS; seed++) {
            // given
            Group group = group(seed, subscriptions, false);

            // when, then
            assertThat(ours(PartitionAssignor.roundRobin(), group))
                    .as("seed %s", seed)
                    .isEqualTo(theirs(new RoundRobinAssignor(), group));
        }
    }

    @ParameterizedTest
    @EnumSource
    void should_stick_at_least_as_well_as_kafka_clients_does(Subscriptions subscriptions) {
        int moreKept = 0;
        int lessKept = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // given
            Group group = afterChange(group(seed, subscriptions, false), seed, PartitionAssignor.sticky());

            // when
            Map<String, List<TopicPartition>> ours = ours(PartitionAssignor.sticky(), group);
            Map<String, List<TopicPartition>> theirs = theirs(new StickyAssignor(), group);

            // then
            assertThat(unevenness(ours)).as("seed %s", seed).isLessThanOrEqualTo(unevenness(theirs));
            if (unevenness(ours) == unevenness(theirs)) {
                int more = kept(group, ours) - kept(group, theirs);
                moreKept += more;
                lessKept += more < 0 ? 1 : 0;
            }
        }
        assertThat(moreKept).as("partitions that stay, where both are as even").isNotNegative();
        assertThat(lessKept).as("seeds with fewer that stay").isZero();
    }

    @ParameterizedTest
    @EnumSource
    void should_withhold_what_moves_as_kafka_clients_does(Subscriptions subscriptions) {
        for (long seed = 0; seed < SEEDS; seed++) {
            // given
            Group group = afterChange(group(seed, subscriptions, false), seed, PartitionAssignor.cooperativeSticky());

            // when
            Map<String, List<TopicPartition>> ours = ours(PartitionAssignor.cooperativeSticky(), group);
            Map<String, List<TopicPartition>> theirs = theirs(new CooperativeStickyAssignor(), group);

            // then
            if (subscriptions == Subscriptions.ALIKE) {
                assertThat(size(ours)).as("seed %s", seed).isEqualTo(size(theirs));
            }
            group.members()
                    .forEach(member -> member.ownedPartitions()
                            .forEach(owned -> ours.forEach((other, partitions) -> {
                                if (!other.equals(member.memberId())) {
                                    assertThat(partitions).doesNotContain(owned);
                                }
                            })));
        }
    }

    private static int size(Map<String, List<TopicPartition>> assignment) {
        return assignment.values().stream().mapToInt(List::size).sum();
    }

    /** Some members are gone and others new since the partitions were divided; the rest tell what they have. */
    private static Group afterChange(Group group, long seed, PartitionAssignor assignor) {
        Random random = new Random(~seed);
        List<MemberSubscription> before = new ArrayList<>(group.members());
        before.removeIf(member -> random.nextInt(4) == 0);
        Map<String, List<TopicPartition>> last = PartitionAssignor.sticky().assign(group.layout(), before);
        List<MemberSubscription> after = new ArrayList<>();
        for (MemberSubscription member : group.members()) {
            boolean gone = random.nextInt(5) == 0 && !after.isEmpty();
            if (!gone) {
                after.add(telling(member, last.getOrDefault(member.memberId(), List.of()), assignor));
            }
        }
        return group(group, after);
    }

    /** A leader looks at no topics but those that somebody subscribes to. */
    private static Group group(Group before, List<MemberSubscription> members) {
        Set<String> topics = new HashSet<>();
        members.forEach(member -> topics.addAll(member.topics()));
        Map<String, List<PartitionInfo>> theirs = new HashMap<>(before.theirs());
        theirs.keySet().retainAll(topics);
        return new Group(before.layout(), theirs, members);
    }

    private static MemberSubscription telling(
            MemberSubscription member, Collection<TopicPartition> had, PartitionAssignor assignor) {
        int generation = had.isEmpty() ? -1 : 5;
        return new MemberSubscription(
                member.memberId(),
                member.groupInstanceId(),
                member.topics(),
                assignor.isCooperative() ? List.copyOf(had) : List.of(),
                OptionalInt.of(generation),
                Optional.empty(),
                assignor.userData(new TreeSet<>(had), generation));
    }

    /** How Kafka measures it: the differences of all pairs of members. */
    private static int unevenness(Map<String, List<TopicPartition>> assignment) {
        List<Integer> loads = assignment.values().stream().map(List::size).toList();
        int sum = 0;
        for (int one : loads) {
            for (int other : loads) {
                sum += Math.abs(one - other);
            }
        }
        return sum / 2;
    }

    private static int kept(Group group, Map<String, List<TopicPartition>> assignment) {
        int kept = 0;
        for (MemberSubscription member : group.members()) {
            Set<TopicPartition> both = new HashSet<>(assignment.getOrDefault(member.memberId(), List.of()));
            both.retainAll(had(member));
            kept += both.size();
        }
        return kept;
    }

    private static Set<TopicPartition> had(MemberSubscription member) {
        Set<TopicPartition> had = new HashSet<>(member.ownedPartitions());
        ByteBuffer in = member.userData();
        for (int topics = in.hasRemaining() ? in.getInt() : 0; topics > 0; topics--) {
            byte[] name = new byte[in.getShort()];
            in.get(name);
            for (int left = in.getInt(); left > 0; left--) {
                had.add(new TopicPartition(new String(name, java.nio.charset.StandardCharsets.UTF_8), in.getInt()));
            }
        }
        return had;
    }
}
