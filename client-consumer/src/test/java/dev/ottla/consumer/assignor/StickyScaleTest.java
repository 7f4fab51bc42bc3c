package dev.ottla.consumer.assignor;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ottla.common.TopicPartition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A leader divides on the loop that sends its heartbeats, so large groups must not take long. */
class StickyScaleTest {
    private static final int TOPICS = 100;
    private static final int PARTITIONS = 100;
    private static final TopicLayout LAYOUT = TopicLayout.of(
            IntStream.range(0, TOPICS).boxed().collect(toMap(StickyScaleTest::topic, topic -> PARTITIONS)));

    /** A hundred times what it takes; with a search that looks at every way of every member, at least four times as long. */
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private static String topic(int number) {
        return "topic-" + number;
    }

    private static List<MemberSubscription> members(int count, int sharesOfTen) {
        return IntStream.range(0, count)
                .mapToObj(member -> member(member, topic -> (member * 7 + topic * 3) % 10 < sharesOfTen))
                .toList();
    }

    private static MemberSubscription member(int number, IntPredicate subscribes) {
        return new MemberSubscription(
                "member-" + number,
                Optional.empty(),
                IntStream.range(0, TOPICS)
                        .filter(subscribes)
                        .mapToObj(StickyScaleTest::topic)
                        .toList(),
                List.of(),
                OptionalInt.empty(),
                Optional.empty(),
                ByteBuffer.allocate(0));
    }

    private static Map<TopicPartition, String> owners(Map<String, List<TopicPartition>> division) {
        Map<TopicPartition, String> owners = new HashMap<>();
        division.forEach((member, partitions) -> partitions.forEach(partition -> owners.put(partition, member)));
        return owners;
    }

    @ParameterizedTest
    @CsvSource({"25, 50, 10", "50, 100, 10", "50, 100, 6"})
    void should_divide_ten_thousand_partitions_soon_when_a_group_doubles(int before, int after, int sharesOfTen) {
        // given
        Map<TopicPartition, String> owners =
                owners(new StickyDivision(LAYOUT, members(before, sharesOfTen), Map.of()).divide());

        // when
        Map<String, List<TopicPartition>> division = assertTimeoutPreemptively(
                AT_MOST, () -> new StickyDivision(LAYOUT, members(after, sharesOfTen), owners).divide());

        // then
        assertThat(division.values())
                .allSatisfy(partitions -> assertThat(partitions).hasSize(TOPICS * PARTITIONS / after));
        long moved = owners(division).entrySet().stream()
                .filter(entry -> !entry.getValue().equals(owners.get(entry.getKey())))
                .count();
        assertThat(moved).isEqualTo(TOPICS * PARTITIONS / 2);
    }
}
