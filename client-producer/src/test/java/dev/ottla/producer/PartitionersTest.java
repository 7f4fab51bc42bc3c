package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.Node;
import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class PartitionersTest {
    private static final ProducerRecord<?, ?> RECORD = ProducerRecord.of("t", "value");

    private record Topic(int count, List<Integer> availablePartitions) implements TopicPartitions {
        static Topic of(int count) {
            return new Topic(count, IntStream.range(0, count).boxed().toList());
        }

        @Override
        public String topic() {
            return "t";
        }

        @Override
        public int availableCount() {
            return availablePartitions.size();
        }

        @Override
        public int available(int index) {
            return availablePartitions.get(index);
        }

        @Override
        public boolean isAvailable(int partition) {
            return availablePartitions.contains(partition);
        }

        @Override
        public Optional<Node> leader(int partition) {
            return Optional.empty();
        }
    }

    @Test
    void should_choose_as_the_official_client_for_10_000_keys() {
        // given
        SplittableRandom random = new SplittableRandom(7);

        for (int i = 0; i < 10_000; i++) {
            byte[] key = new byte[random.nextInt(40)];
            random.nextBytes(key);
            int partitions = random.nextInt(1, 200);

            // when
            int chosen = Partitioners.hash().partition(RECORD, ByteBuffer.wrap(key), Topic.of(partitions));

            // then
            assertThat(chosen).isEqualTo(BuiltInPartitioner.partitionForKey(key, partitions));
        }
    }

    @Test
    void should_hash_only_what_lies_between_position_and_limit() {
        // given
        byte[] key = "some-key".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ByteBuffer within = ByteBuffer.allocate(50).position(13).put(key).flip().position(13);

        // when
        int chosen = Partitioners.hash().partition(RECORD, within, Topic.of(97));

        // then
        assertThat(chosen).isEqualTo(BuiltInPartitioner.partitionForKey(key, 97));
        assertThat(within.position()).isEqualTo(13);
    }

    @Test
    void should_leave_records_without_key_to_the_producer() {
        assertThat(Partitioners.hash().partition(RECORD, null, Topic.of(3))).isEqualTo(Partitioner.ANY);
        assertThat(Partitioners.sticky().partition(RECORD, ByteBuffer.allocate(1), Topic.of(3)))
                .isEqualTo(Partitioner.ANY);
    }

    @Test
    void should_take_turns_among_partitions_with_a_leader() {
        // given
        Partitioner roundRobin = Partitioners.roundRobin().forTopic("t", new SplittableRandom(1));
        Topic topic = new Topic(5, List.of(0, 2, 4));

        // when
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            counts.merge(roundRobin.partition(RECORD, null, topic), 1, Integer::sum);
        }

        // then
        assertThat(counts).isEqualTo(Map.of(0, 10, 2, 10, 4, 10));
    }

    @Test
    void should_spread_by_lot() {
        // given
        Partitioner random = Partitioners.random().forTopic("t", new SplittableRandom(1));

        // when
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0; i < 4_000; i++) {
            counts.merge(random.partition(RECORD, null, Topic.of(4)), 1, Integer::sum);
        }

        // then
        assertThat(counts.values()).hasSize(4).allMatch(count -> count > 850 && count < 1150);
    }

    @Test
    void should_refuse_a_record_without_partition_when_manual() {
        assertThatThrownBy(() -> Partitioners.manual().partition(RECORD, null, Topic.of(3)))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("names no partition");
    }
}
