package dev.ottla.consumer.assignor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every division of an assignor promises, whatever the group is like: thousands of small random ones. */
class AssignorPropertiesTest {
    private static final int SEEDS = 5_000;
    private static final int GENERATION = 7;

    /** A group, and what its members had before. */
    private record Group(
            TopicLayout layout, List<MemberSubscription> members, Map<TopicPartition, String> previousOwners) {
        boolean isAlike() {
            return members.stream()
                            .map(member -> Set.copyOf(member.topics()))
                            .distinct()
                            .count()
                    == 1;
        }

        Set<TopicPartition> wanted() {
            Set<TopicPartition> all = new TreeSet<>();
            for (MemberSubscription member : members) {
                for (String topic : member.topics()) {
                    for (int number = 0; number < layout.partitionCount(topic); number++) {
                        all.add(new TopicPartition(topic, number));
                    }
                }
            }
            return all;
        }
    }

    static List<PartitionAssignor> assignors() {
        return List.of(
                PartitionAssignor.range(),
                PartitionAssignor.roundRobin(),
                PartitionAssignor.sticky(),
                PartitionAssignor.cooperativeSticky());
    }

    /** Some members may be new, and partitions free or of a member that is gone, as after any rebalance. */
    private static Group group(long seed, PartitionAssignor assignor) {
        Random random = new Random(seed);
        Map<String, Integer> partitionsPerTopic = new TreeMap<>();
        int topics = 1 + random.nextInt(4);
        for (int topic = 0; topic < topics; topic++) {
            partitionsPerTopic.put("topic-" + topic, 1 + random.nextInt(6));
        }
        TopicLayout layout = TopicLayout.of(partitionsPerTopic);
        Map<String, List<String>> subscriptions = new TreeMap<>();
        boolean alike = random.nextBoolean();
        for (int number = 1 + random.nextInt(6); number > 0; number--) {
            List<String> subscribed = new ArrayList<>(partitionsPerTopic.keySet());
            subscribed.add("none of this name");
            Collections.shuffle(subscribed, random);
            List<String> some = subscribed.subList(0, alike ? topics + 1 : 1 + random.nextInt(topics + 1));
            subscriptions.put("member-" + random.nextInt(100) + "-" + number, some);
        }
        Map<TopicPartition, String> owners = owners(random, layout, subscriptions);
        List<MemberSubscription> members = new ArrayList<>();
        subscriptions.forEach((id, subscribed) -> members.add(member(id, subscribed, owners, assignor)));
        Collections.shuffle(members, random);
        return new Group(layout, members, owners);
    }

    /** Anybody who subscribes may have had anything, also much more than others. */
    private static Map<TopicPartition, String> owners(
            Random random, TopicLayout layout, Map<String, List<String>> subscriptions) {
        Map<TopicPartition, String> owners = new TreeMap<>();
        int free = random.nextInt(4);
        layout.partitionsPerTopic().forEach((topic, count) -> {
            List<String> ids = subscriptions.entrySet().stream()
                    .filter(entry -> entry.getValue().contains(topic))
                    .map(Map.Entry::getKey)
                    .toList();
            for (int number = 0; number < count && !ids.isEmpty(); number++) {
                if (random.nextInt(4) >= free) {
                    owners.put(new TopicPartition(topic, number), ids.get(random.nextInt(ids.size())));
                }
            }
        });
        return owners;
    }

    private static MemberSubscription member(
            String id, List<String> topics, Map<TopicPartition, String> owners, PartitionAssignor assignor) {
        Set<TopicPartition> owned = new TreeSet<>();
        owners.forEach((partition, owner) -> {
            if (owner.equals(id)) {
                owned.add(partition);
            }
        });
        ByteBuffer userData = assignor.userData(owned, GENERATION);
        return new MemberSubscription(
                id,
                Optional.empty(),
                topics,
                assignor.isCooperative() ? List.copyOf(owned) : List.of(),
                OptionalInt.of(GENERATION),
                Optional.empty(),
                userData);
    }

    private static void forAll(LongPredicate holds, String property) {
        assertThat(LongStream.range(0, SEEDS).filter(holds.negate()).limit(5).boxed())
                .as("seeds of groups for which it does not hold: " + property)
                .isEmpty();
    }

    private static Map<String, Set<TopicPartition>> divide(PartitionAssignor assignor, Group group) {
        Map<String, Set<TopicPartition>> division = new TreeMap<>();
        group.members().forEach(member -> division.put(member.memberId(), new TreeSet<>()));
        assignor.assign(group.layout(), group.members())
                .forEach((id, partitions) -> division.put(id, new TreeSet<>(partitions)));
        return division;
    }

    /** What a cooperative group comes to in the end: whoever has something that moves gives it up, and all is divided again. */
    private static Map<String, Set<TopicPartition>> settled(PartitionAssignor assignor, Group group) {
        Map<String, Set<TopicPartition>> division = divide(assignor, group);
        return assignor.isCooperative() ? divide(assignor, after(division, group, assignor)) : division;
    }

    private static Group after(Map<String, Set<TopicPartition>> division, Group group, PartitionAssignor assignor) {
        Map<TopicPartition, String> owners = new HashMap<>();
        division.forEach((id, partitions) -> partitions.forEach(partition -> owners.put(partition, id)));
        return new Group(
                group.layout(),
                group.members().stream()
                        .map(member -> member(member.memberId(), member.topics(), owners, assignor))
                        .toList(),
                owners);
    }

    @ParameterizedTest
    @MethodSource("assignors")
    void should_give_each_partition_to_just_one_member_that_subscribes_to_its_topic(PartitionAssignor assignor) {
        forAll(
                seed -> {
                    Group group = group(seed, assignor);
                    List<TopicPartition> given = new ArrayList<>();
                    settled(assignor, group).values().forEach(given::addAll);
                    return given.size() == new HashSet<>(given).size() && new HashSet<>(given).equals(group.wanted());
                },
                "everything is given, nothing twice");
        forAll(
                seed -> {
                    Group group = group(seed, assignor);
                    Map<String, Set<TopicPartition>> division = divide(assignor, group);
                    return group.members().stream()
                            .allMatch(member -> division.get(member.memberId()).stream()
                                    .allMatch(partition -> member.topics().contains(partition.topic())));
                },
                "only to subscribers");
    }

    @ParameterizedTest
    @MethodSource("assignors")
    void should_come_to_the_same_whatever_the_order_of_the_members(PartitionAssignor assignor) {
        forAll(
                seed -> {
                    Group group = group(seed, assignor);
                    List<MemberSubscription> reversed = new ArrayList<>(group.members());
                    Collections.reverse(reversed);
                    return divide(assignor, group)
                            .equals(divide(assignor, new Group(group.layout(), reversed, group.previousOwners())));
                },
                "same result");
    }

    @Test
    void should_divide_each_topic_in_ranges_that_differ_by_one_at_most() {
        PartitionAssignor range = PartitionAssignor.range();
        forAll(
                seed -> {
                    Group group = group(seed, range);
                    Map<String, Set<TopicPartition>> division = divide(range, group);
                    return group.layout().partitionsPerTopic().keySet().stream().allMatch(topic -> {
                        List<List<Integer>> ranges = group.members().stream()
                                .filter(member -> member.topics().contains(topic))
                                .map(member -> numbers(topic, division.get(member.memberId())))
                                .toList();
                        return spread(ranges) <= 1 && ranges.stream().allMatch(AssignorPropertiesTest::isWithoutGaps);
                    });
                },
                "ranges of about the same size");
    }

    private static List<Integer> numbers(String topic, Set<TopicPartition> partitions) {
        return partitions.stream()
                .filter(partition -> partition.topic().equals(topic))
                .map(TopicPartition::partition)
                .sorted()
                .toList();
    }

    private static boolean isWithoutGaps(List<Integer> numbers) {
        return numbers.isEmpty() || numbers.get(numbers.size() - 1) - numbers.get(0) == numbers.size() - 1;
    }

    private static int spread(Collection<? extends Collection<?>> shares) {
        List<Integer> sizes = shares.stream().map(Collection::size).sorted().toList();
        return sizes.isEmpty() ? 0 : sizes.get(sizes.size() - 1) - sizes.get(0);
    }

    @Test
    void should_deal_out_evenly_to_members_that_subscribe_alike() {
        PartitionAssignor roundRobin = PartitionAssignor.roundRobin();
        forAll(
                seed -> {
                    Group group = group(seed, roundRobin);
                    return !group.isAlike() || spread(divide(roundRobin, group).values()) <= 1;
                },
                "differ by one at most");
    }

    static List<PartitionAssignor> stickyAssignors() {
        return List.of(PartitionAssignor.sticky(), PartitionAssignor.cooperativeSticky());
    }

    @ParameterizedTest
    @MethodSource("stickyAssignors")
    void should_divide_as_evenly_as_the_subscriptions_allow(PartitionAssignor assignor) {
        forAll(
                seed -> {
                    Group group = group(seed, assignor);
                    return loads(settled(assignor, group))
                            .equals(cheapest(group).loads());
                },
                "as even as can be");
    }

    private static CheapestDivision cheapest(Group group) {
        return CheapestDivision.of(group.layout(), group.members(), group.previousOwners());
    }

    private static List<Integer> loads(Map<String, Set<TopicPartition>> division) {
        return division.values().stream().map(Set::size).sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("stickyAssignors")
    void should_move_no_more_than_evenness_takes(PartitionAssignor assignor) {
        forAll(
                seed -> {
                    Group group = group(seed, assignor);
                    return moved(settled(assignor, group), group)
                            == cheapest(group).moved();
                },
                "as many kept as can be");
    }

    private static int moved(Map<String, Set<TopicPartition>> division, Group group) {
        return (int) group.previousOwners().entrySet().stream()
                .filter(entry -> !division.get(entry.getValue()).contains(entry.getKey()))
                .count();
    }

    @ParameterizedTest
    @MethodSource("stickyAssignors")
    void should_move_nothing_when_nothing_has_changed(PartitionAssignor assignor) {
        forAll(
                seed -> {
                    Group group = group(seed, assignor);
                    Map<String, Set<TopicPartition>> division = settled(assignor, group);
                    return divide(assignor, after(division, group, assignor)).equals(division);
                },
                "the same again");
    }

    @Test
    void should_give_nothing_away_that_another_member_still_has() {
        PartitionAssignor cooperative = PartitionAssignor.cooperativeSticky();
        forAll(
                seed -> {
                    Group group = group(seed, cooperative);
                    Map<String, Set<TopicPartition>> division = divide(cooperative, group);
                    return division.entrySet().stream()
                            .allMatch(entry -> entry.getValue().stream()
                                    .allMatch(partition -> group.previousOwners()
                                            .getOrDefault(partition, entry.getKey())
                                            .equals(entry.getKey())));
                },
                "free or its own");
    }

    @ParameterizedTest
    @MethodSource("stickyAssignors")
    void should_divide_large_groups_too(PartitionAssignor assignor) {
        // given
        Map<String, Integer> partitionsPerTopic = new TreeMap<>();
        IntStream.range(0, 100).forEach(topic -> partitionsPerTopic.put("topic-" + topic, 50));
        Map<String, List<String>> subscriptions = new TreeMap<>();
        Random random = new Random(3);
        for (int number = 0; number < 100; number++) {
            subscriptions.put(
                    "member-" + number,
                    partitionsPerTopic.keySet().stream()
                            .filter(topic -> random.nextInt(3) > 0)
                            .toList());
        }
        TopicLayout layout = TopicLayout.of(partitionsPerTopic);
        Map<TopicPartition, String> owners = owners(random, layout, subscriptions);
        List<MemberSubscription> members = subscriptions.entrySet().stream()
                .map(entry -> member(entry.getKey(), entry.getValue(), owners, assignor))
                .toList();
        Group group = new Group(layout, members, owners);

        // when
        Map<String, Set<TopicPartition>> division = settled(assignor, group);

        // then
        assertThat(division.values().stream().mapToInt(Set::size).sum()).isEqualTo(5_000);
        assertThat(spread(division.values())).isLessThanOrEqualTo(1);
    }
}
