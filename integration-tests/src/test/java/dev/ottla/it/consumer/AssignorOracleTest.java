package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.assignor.MemberSubscription;
import dev.ottla.consumer.assignor.PartitionAssignor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All leaders of a mixed group must come to the same result, whichever client they are. */
class AssignorOracleTest {

    /** Members and topics of one group, the same for both clients. */
    private record Group(Map<String, Integer> partitionsPerTopic, List<MemberSubscription> members) {}

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    private static Group group(long seed) {
        Random random = new Random(seed);
        List<String> topics = IntStream.range(0, 1 + random.nextInt(6))
                .mapToObj(i -> "topic-" + i)
                .toList();
        Map<String, Integer> partitionsPerTopic = new HashMap<>();
        for (String topic : topics) {
            if (random.nextInt(8) > 0) {
                partitionsPerTopic.put(topic, 1 + random.nextInt(20));
            }
        }
        boolean sameTopics = random.nextBoolean();
        List<MemberSubscription> members = new ArrayList<>();
        int count = 1 + random.nextInt(9);
        for (int i = 0; i < count; i++) {
            List<String> subscribed = new ArrayList<>(topics);
            if (!sameTopics) {
                subscribed.removeIf(topic -> random.nextInt(3) == 0);
                Collections.shuffle(subscribed, random);
            }
            Optional<String> instanceId =
                    random.nextInt(3) == 0 ? Optional.of("instance-" + (count - i)) : Optional.empty();
            members.add(
                    new MemberSubscription("member-" + random.nextInt(1_000_000), instanceId, subscribed, List.of()));
        }
        return new Group(partitionsPerTopic, members);
    }

    private static Map<String, List<TopicPartition>> theirs(AbstractPartitionAssignor assignor, Group group) {
        Map<String, Subscription> subscriptions = new LinkedHashMap<>();
        for (MemberSubscription member : group.members()) {
            Subscription subscription = new Subscription(member.topics());
            subscription.setGroupInstanceId(member.groupInstanceId());
            subscriptions.put(member.memberId(), subscription);
        }
        Map<String, List<TopicPartition>> result = new TreeMap<>();
        assignor.assign(new HashMap<>(group.partitionsPerTopic()), subscriptions)
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
        assignor.assign(group.partitionsPerTopic(), group.members())
                .forEach((member, partitions) ->
                        result.put(member, partitions.stream().sorted().toList()));
        return result;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void should_divide_ranges_as_kafka_clients_does(long seed) {
        // given
        Group group = group(seed);

        // when, then
        assertThat(ours(PartitionAssignor.range(), group)).isEqualTo(theirs(new RangeAssignor(), group));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void should_deal_out_as_kafka_clients_does(long seed) {
        // given
        Group group = group(seed);

        // when, then
        assertThat(ours(PartitionAssignor.roundRobin(), group)).isEqualTo(theirs(new RoundRobinAssignor(), group));
    }
}
