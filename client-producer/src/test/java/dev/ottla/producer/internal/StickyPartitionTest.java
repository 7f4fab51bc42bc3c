package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.ProducerOptions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StickyPartitionTest {
    private static final int BATCH_BYTES = 1_000;

    /** A topic whose partitions have so many batches waiting each; those that are listed have a leader, or one that is stalled. */
    private record Topic(List<Integer> backlogs, List<Integer> led, Set<Integer> stalled)
            implements StickyPartition.Candidates {
        static Topic of(int... backlogs) {
            return new Topic(
                    IntStream.of(backlogs).boxed().toList(),
                    IntStream.range(0, backlogs.length).boxed().toList(),
                    Set.of());
        }

        Topic ledOnly(Integer... partitions) {
            return new Topic(backlogs, List.of(partitions), stalled);
        }

        Topic stalled(Integer... partitions) {
            return new Topic(backlogs, led, Set.of(partitions));
        }

        @Override
        public int count() {
            return backlogs.size();
        }

        @Override
        public int availableCount() {
            return led.size();
        }

        @Override
        public int available(int index) {
            return led.get(index);
        }

        @Override
        public boolean isAvailable(int partition) {
            return led.contains(partition);
        }

        @Override
        public int backlog(int partition) {
            return backlogs.get(partition);
        }

        @Override
        public boolean isStalled(int partition) {
            return stalled.contains(partition);
        }
    }

    /** Draws these lots one after the other, and no more. */
    private static RandomGenerator lots(int... lots) {
        Iterator<Integer> next = Arrays.stream(lots).iterator();
        return new RandomGenerator() {
            @Override
            public int nextInt(int bound) {
                int lot = next.next();
                assertThat(lot).isLessThan(bound);
                return lot;
            }

            @Override
            public long nextLong() {
                throw new AssertionError("a lot out of so many was expected");
            }
        };
    }

    private static StickyPartition sticky(RandomGenerator random, boolean isAdaptive) {
        ClientOptions client =
                ClientOptions.builder().bootstrapServers("host:1").build();
        ProducerOptions options = ProducerOptions.builder()
                .batchSize(ByteSize.bytes(BATCH_BYTES))
                .adaptivePartitioning(isAdaptive)
                .build(client);
        return new StickyPartition(random, SendingOptions.of(options, client, true));
    }

    @Test
    void should_stay_with_a_partition_until_its_batch_is_full() {
        // given
        Topic topic = Topic.of(0, 0, 0, 0);
        StickyPartition sticky = sticky(lots(2, 1, 3, 0), true);

        // then
        assertThat(sticky.current(topic)).isEqualTo(2);
        assertThat(sticky.current(topic)).isEqualTo(2);
        assertThat(sticky.change(2, topic)).isEqualTo(3);
        assertThat(sticky.current(topic)).isEqualTo(3);
        assertThat(sticky.change(2, topic))
                .as("another thread was told so before")
                .isEqualTo(3);
    }

    @Test
    void should_take_the_one_with_the_shorter_queue_of_two() {
        Topic topic = Topic.of(4, 1, 2);

        assertThat(sticky(lots(0, 1), true).current(topic)).isEqualTo(1);
        assertThat(sticky(lots(1, 0), true).current(topic)).isEqualTo(1);
        assertThat(sticky(lots(2, 0), true).current(topic)).isEqualTo(2);
        assertThat(sticky(lots(0, 0), true).current(topic)).as("drawn twice").isZero();
    }

    @Test
    void should_not_look_at_the_queues_unless_it_is_adaptive() {
        assertThat(sticky(lots(0, 1), false).current(Topic.of(4, 1))).isZero();
    }

    @Test
    void should_give_a_slow_partition_only_what_the_lot_insists_on() {
        // given
        Topic topic = Topic.of(0, 0, 7, 0);
        StickyPartition sticky = sticky(new SplittableRandom(3), true);
        int[] drawn = new int[topic.count()];

        // when
        for (int i = 0, partition = sticky.current(topic); i < 16_000; i++) {
            drawn[partition]++;
            partition = sticky.change(partition, topic);
        }

        // then
        assertThat(drawn[2]).as("1 in 4 * 4").isBetween(800, 1_200);
        assertThat(List.of(drawn[0], drawn[1], drawn[3]))
                .allSatisfy(count -> assertThat(count).isBetween(4_700, 5_300));
    }

    @Test
    void should_draw_only_partitions_with_a_leader_as_long_as_there_are_any() {
        Topic topic = Topic.of(0, 0, 0, 0);

        assertThat(sticky(lots(1, 1), true).current(topic.ledOnly(0, 3))).isEqualTo(3);
        assertThat(sticky(lots(2, 2), true).current(topic.ledOnly())).isEqualTo(2);
    }

    @Test
    void should_count_many_batches_that_left_early_as_a_full_one() {
        // given
        Topic topic = Topic.of(0, 0, 0);
        StickyPartition sticky = sticky(lots(1, 1, 2, 2, 0, 0), true);
        sticky.current(topic);

        // when
        sticky.onBatchLeft(1, BATCH_BYTES - 1);
        sticky.onBatchLeft(0, BATCH_BYTES);
        int before = sticky.current(topic);
        sticky.onBatchLeft(1, 1);
        int after = sticky.current(topic);
        sticky.onBatchLeft(2, BATCH_BYTES - 1);

        // then
        assertThat(before).isEqualTo(1);
        assertThat(after).isEqualTo(2);
        assertThat(sticky.current(topic)).as("counts from nothing again").isEqualTo(2);
    }

    @Test
    void should_draw_when_a_batch_is_full_whose_partition_has_been_left_meanwhile() {
        // given
        Topic topic = Topic.of(0, 0, 0);
        StickyPartition sticky = sticky(lots(1, 1, 2, 2), true);
        sticky.current(topic);

        // when
        sticky.onBatchLeft(1, BATCH_BYTES);

        // then
        assertThat(sticky.change(1, topic)).isEqualTo(2);
    }

    @Test
    void should_leave_a_partition_that_has_lost_its_leader() {
        // given
        Topic topic = Topic.of(0, 0, 0);
        StickyPartition sticky = sticky(lots(1, 1, 0, 0), true);
        sticky.current(topic);

        // when
        sticky.onPartitions(topic);
        int kept = sticky.current(topic);
        sticky.onPartitions(topic.ledOnly(0, 2));

        // then
        assertThat(kept).isEqualTo(1);
        assertThat(sticky.current(topic.ledOnly(0, 2))).isZero();
    }

    @Test
    void should_go_on_to_a_partition_that_has_room() {
        // given
        Topic topic = Topic.of(0, 0, 0, 0).ledOnly(0, 1, 3);
        StickyPartition sticky = sticky(lots(0, 0, 1, 2), true);
        sticky.current(topic);

        // when
        int withRoom = sticky.change(0, topic, partition -> partition == 3);
        int withoutRoom = sticky.change(3, topic, partition -> false);

        // then
        assertThat(withRoom).isEqualTo(3);
        assertThat(withoutRoom).isEqualTo(3);
        assertThat(sticky.current(topic)).isEqualTo(3);
    }

    @Test
    void should_share_among_the_others_what_a_stalled_leader_would_get() {
        // given
        Topic topic = Topic.of(0, 0, 0, 0).stalled(1);
        StickyPartition sticky = sticky(new SplittableRandom(5), true);
        int[] drawn = new int[topic.count()];

        // when
        for (int i = 0, partition = sticky.current(topic); i < 9_000; i++) {
            drawn[partition]++;
            partition = sticky.change(partition, topic);
        }

        // then
        assertThat(drawn[1]).isZero();
        assertThat(List.of(drawn[0], drawn[2], drawn[3]))
                .allSatisfy(count -> assertThat(count).isBetween(2_700, 3_300));
    }

    @Test
    void should_find_the_only_one_that_is_not_stalled() {
        // given
        int partitions = 1_000;
        Topic topic = Topic.of(new int[partitions])
                .stalled(IntStream.range(0, partitions)
                        .filter(partition -> partition != 321)
                        .boxed()
                        .toArray(Integer[]::new));

        // then
        assertThat(sticky(new SplittableRandom(7), true).current(topic)).isEqualTo(321);
    }

    @Test
    void should_draw_from_all_when_all_are_stalled() {
        // given
        Topic topic = Topic.of(0, 0, 0).stalled(0, 1, 2);
        StickyPartition sticky = sticky(new SplittableRandom(9), true);
        Set<Integer> drawn = new HashSet<>();

        // when
        for (int i = 0, partition = sticky.current(topic); i < 100; i++) {
            drawn.add(partition);
            partition = sticky.change(partition, topic);
        }

        // then
        assertThat(drawn).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void should_prefer_room_where_nothing_is_stalled() {
        // given
        Topic topic = Topic.of(0, 0, 0, 0).stalled(1, 2);

        // then
        assertThat(changeForRoom(topic, 1, 3)).isEqualTo(3);
        assertThat(changeForRoom(topic, 1, 2)).as("rather there than nowhere").isEqualTo(1);
    }

    private static int changeForRoom(Topic topic, Integer... withRoom) {
        StickyPartition sticky = sticky(lots(0, 0, 0), true);
        return sticky.change(sticky.current(topic), topic, List.of(withRoom)::contains);
    }
}
