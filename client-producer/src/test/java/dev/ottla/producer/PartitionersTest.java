package dev.ottla.producer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.Node;
import dev.ottla.errors.RecordException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void should_choose_as_librdkafka_for_10_000_keys() throws IOException {
        // given
        List<String> lines = linesOf("librdkafka-partitions.csv");
        long state = 1;

        assertThat(lines).hasSize(10_000);
        for (int i = 0; i < lines.size(); i++) {
            byte[] key = new byte[1 + i % 40];
            for (int at = 0; at < key.length; at++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                key[at] = (byte) (state >>> 56);
            }

            // when
            Topic topic = Topic.of(1 + i % 199);
            String chosen = Stream.of(Partitioners.crc32(), Partitioners.fnv1a(), Partitioners.hash())
                    .map(each -> each.partition(RECORD, ByteBuffer.wrap(key), topic))
                    .map(String::valueOf)
                    .collect(Collectors.joining(","));

            // then
            assertThat(chosen).as("key %d", i).isEqualTo(lines.get(i));
        }
    }

    private static List<String> linesOf(String resource) throws IOException {
        try (InputStream in = PartitionersTest.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), US_ASCII)
                    .lines()
                    .toList();
        }
    }

    /** The hashes are those that the authors of FNV publish; that of "foobar" and of "a" are negative as an int. */
    @ParameterizedTest
    @CsvSource({"a, 0xe40c292c", "b, 0xe70c2de5", "foobar, 0xbf9cf968", "chongo was here!, 0x448524fd"})
    void should_know_both_sign_rules_of_fnv1a(String text, String hash) {
        // given
        ByteBuffer key = ByteBuffer.wrap(text.getBytes(US_ASCII));
        int signed = Integer.parseUnsignedInt(hash.substring(2), 16);

        // then
        assertThat(Partitioners.fnv1a().partition(RECORD, key, Topic.of(97))).isEqualTo(Math.abs(signed % 97));
        assertThat(Partitioners.fnv1aReference().partition(RECORD, key, Topic.of(97)))
                .isEqualTo((signed & 0x7fffffff) % 97);
    }

    /** FNV-1a as its authors describe it, in numbers without a sign or a bound. */
    private static BigInteger publishedFnv1a(byte[] bytes) {
        BigInteger hash = new BigInteger("2166136261");
        for (byte each : bytes) {
            hash = hash.xor(BigInteger.valueOf(Byte.toUnsignedInt(each)))
                    .multiply(BigInteger.valueOf(16_777_619))
                    .mod(BigInteger.ONE.shiftLeft(32));
        }
        return hash;
    }

    @Test
    void should_choose_by_the_published_fnv1a_for_10_000_keys_with_both_sign_rules() {
        // given
        SplittableRandom random = new SplittableRandom(11);
        int empty = 0;
        int different = 0;

        for (int i = 0; i < 10_000; i++) {
            byte[] key = new byte[random.nextInt(40)];
            random.nextBytes(key);
            BigInteger hash = publishedFnv1a(key);
            BigInteger signed = hash.testBit(31) ? hash.subtract(BigInteger.ONE.shiftLeft(32)) : hash;
            BigInteger partitions = BigInteger.valueOf(random.nextInt(1, 200));
            Topic topic = Topic.of(partitions.intValue());

            // when
            int chosen = Partitioners.fnv1a().partition(RECORD, ByteBuffer.wrap(key), topic);
            int chosenByReference = Partitioners.fnv1aReference().partition(RECORD, ByteBuffer.wrap(key), topic);

            // then
            assertThat(chosen)
                    .as("key %d", i)
                    .isEqualTo(signed.remainder(partitions).abs().intValue());
            assertThat(chosenByReference)
                    .as("key %d", i)
                    .isEqualTo(hash.clearBit(31).mod(partitions).intValue());
            empty += key.length == 0 ? 1 : 0;
            different += chosen == chosenByReference ? 0 : 1;
        }
        assertThat(empty).isPositive();
        assertThat(different).as("half of the hashes have the sign bit").isBetween(4_500, 5_500);
    }

    @Test
    void should_leave_a_record_to_the_producer_when_there_is_nothing_to_hash() {
        ByteBuffer empty = ByteBuffer.allocate(0);

        assertThat(List.of(
                        Partitioners.crc32().partition(RECORD, null, Topic.of(3)),
                        Partitioners.crc32().partition(RECORD, empty, Topic.of(3)),
                        Partitioners.fnv1a().partition(RECORD, null, Topic.of(3)),
                        Partitioners.fnv1aReference().partition(RECORD, null, Topic.of(3))))
                .containsOnly(Partitioner.ANY);
    }

    @Test
    void should_send_to_the_partition_that_had_the_fewest_bytes() {
        // given
        Partitioner leastBytes = Partitioners.leastBytes().forTopic("t", new SplittableRandom(1));
        Topic topic = new Topic(4, List.of(0, 1, 3));
        int[] valueBytes = {100, 30, 50, 10, 20, 5, 1_000, 1, 1};

        // when
        List<Integer> chosen = IntStream.of(valueBytes)
                .mapToObj(bytes -> leastBytes.partition(RECORD, ByteBuffer.allocate(2), bytes, topic))
                .toList();

        // then
        assertThat(chosen).containsExactly(0, 1, 3, 1, 1, 3, 3, 1, 1);
    }

    @Test
    void should_have_sent_the_fewest_bytes_wherever_it_sends_10_000_records() {
        // given
        SplittableRandom random = new SplittableRandom(13);
        Partitioner leastBytes = Partitioners.leastBytes().forTopic("t", random.split());
        long[] sent = new long[17];

        for (int i = 0; i < 10_000; i++) {
            int keyBytes = random.nextInt(50);
            int valueBytes = random.nextInt(2_000);
            List<Integer> led =
                    random.ints(5, 0, sent.length).distinct().sorted().boxed().toList();

            // when
            int chosen = leastBytes.partition(
                    RECORD, ByteBuffer.allocate(keyBytes), valueBytes, new Topic(sent.length, led));

            // then
            assertThat(chosen)
                    .as("record %d", i)
                    .isEqualTo(led.stream()
                            .min(Comparator.comparingLong((Integer partition) -> sent[partition]))
                            .orElseThrow());
            sent[chosen] += keyBytes + valueBytes;
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
    void should_hash_keys_whose_array_is_out_of_reach() {
        // given
        byte[] key = "some-key-of-22-letters".getBytes(US_ASCII);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(50).position(7).put(key).flip().position(7);
        ByteBuffer readOnly = ByteBuffer.wrap(key).asReadOnlyBuffer();

        for (Partitioner each : List.of(
                Partitioners.hash(), Partitioners.crc32(), Partitioners.fnv1a(), Partitioners.fnv1aReference())) {
            // when
            int chosen = each.partition(RECORD, ByteBuffer.wrap(key), Topic.of(97));

            // then
            assertThat(each.partition(RECORD, direct, Topic.of(97))).isEqualTo(chosen);
            assertThat(each.partition(RECORD, readOnly, Topic.of(97))).isEqualTo(chosen);
        }
        assertThat(direct.position()).isEqualTo(7);
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
