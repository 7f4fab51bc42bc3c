package dev.ottla.producer;

import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The partitioners that come with Ottla. All are thread-safe, and keep no state but their position, or counts, in each topic.
 * Those that hash see the key's serialized bytes, and count all partitions of the topic, whether they have a leader or not:
 * records with equal keys stay together as long as the number of partitions stays the same.
 *
 * <table>
 * <caption>Which one puts a key where another client puts it</caption>
 * <tr><th>other client</th><th>its partitioner</th><th>here</th></tr>
 * <tr><td>kafka-clients</td><td>default</td><td>{@link #hash()}</td></tr>
 * <tr><td>librdkafka</td><td>{@code consistent_random} (its default), {@code consistent}</td><td>{@link #crc32()}</td></tr>
 * <tr><td>librdkafka</td><td>{@code murmur2_random}, {@code murmur2}</td><td>{@link #hash()}</td></tr>
 * <tr><td>librdkafka</td><td>{@code fnv1a_random}, {@code fnv1a}</td><td>{@link #fnv1a()}</td></tr>
 * <tr><td>sarama</td><td>{@code NewHashPartitioner} (its default)</td><td>{@link #fnv1a()}</td></tr>
 * <tr><td>sarama</td><td>{@code NewReferenceHashPartitioner}</td><td>{@link #fnv1aReference()}</td></tr>
 * <tr><td>franz-go</td><td>{@code StickyKeyPartitioner(nil)} (its default)</td><td>{@link #hash()}</td></tr>
 * <tr><td>kafka-go</td><td>{@code Hash}</td><td>{@link #fnv1a()}</td></tr>
 * <tr><td>kafka-go</td><td>{@code ReferenceHash}</td><td>{@link #fnv1aReference()}</td></tr>
 * <tr><td>kafka-go</td><td>{@code CRC32Balancer}, {@code Murmur2Balancer}</td><td>{@link #crc32()}, {@link #hash()}</td></tr>
 * <tr><td>kafka-go</td><td>{@code LeastBytes}</td><td>{@link #leastBytes()}</td></tr>
 * </table>
 *
 * <p>Where a record has no key these leave it to the producer ({@link Partitioner#ANY}), while other clients draw lots or take
 * turns; {@code murmur2}, {@code consistent} and {@code fnv1a} of librdkafka without {@code _random} hash nothing as if it were an
 * empty key.
 */
public final class Partitioners {
    /** The increment of the SplitMix64 sequence: with it a counter that threads share gives a good random sequence. */
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    /** One that looks at nothing of a record but its topic. */
    @FunctionalInterface
    interface ByBytes extends Partitioner {}

    /** The partition, of so many, of the key from one index of an array up to another; the same whenever it is asked. */
    @FunctionalInterface
    interface KeyHash {
        int partition(byte[] bytes, int from, int to, int count);
    }

    /** One that leaves records without key to the producer, and looks at nothing but the key of the others. */
    record ByKey(KeyHash hash) implements ByBytes {

        @Override
        public int partition(ProducerRecord<?, ?> record, @Nullable ByteBuffer key, TopicPartitions partitions) {
            if (key == null) {
                return Partitioner.ANY;
            }
            byte[] bytes;
            int from = 0;
            if (key.hasArray()) {
                bytes = key.array();
                from = key.arrayOffset() + key.position();
            } else {
                bytes = new byte[key.remaining()];
                key.get(key.position(), bytes);
            }
            return hash.partition(bytes, from, from + key.remaining(), partitions.count());
        }
    }

    private static final ByKey HASH =
            new ByKey((bytes, from, to, count) -> (Murmur2.hash(bytes, from, to) & Integer.MAX_VALUE) % count);
    private static final ByKey CRC32 = new ByKey((bytes, from, to, count) ->
            from == to ? Partitioner.ANY : (int) (ByteHashes.crc32(bytes, from, to) % count));
    private static final ByKey FNV1A =
            new ByKey((bytes, from, to, count) -> Math.abs(ByteHashes.fnv1a(bytes, from, to) % count));
    private static final ByKey FNV1A_REFERENCE =
            new ByKey((bytes, from, to, count) -> (ByteHashes.fnv1a(bytes, from, to) & Integer.MAX_VALUE) % count);
    private static final ByKey STICKY = new ByKey((bytes, from, to, count) -> Partitioner.ANY);
    private static final ByBytes MANUAL = (record, key, partitions) -> {
        throw new RecordException(
                "A record for topic \"" + record.topic()
                        + "\" names no partition, and the producer's partitioner is manual.",
                null);
    };

    private Partitioners() {}

    /**
     * By the key, exactly as Kafka's own clients for the JVM choose: {@code (murmur2(key) & 0x7fffffff) % partitions}, with the
     * seed 0x9747b28c. Records without key stay with one partition for about a batch, and then go on to one with a shorter
     * queue, see {@link Partitioner#ANY} (KIP-480, KIP-794). The default.
     */
    public static Partitioner hash() {
        return HASH;
    }

    /**
     * By the key, exactly as librdkafka's default chooses: {@code crc32(key) % partitions}, with the polynomial of IEEE 802.3 and
     * the result taken as unsigned. Records with an empty key, or none, go where the producer likes.
     */
    public static Partitioner crc32() {
        return CRC32;
    }

    /**
     * By the key, exactly as sarama's default and kafka-go's {@code Hash} choose: {@code |fnv1a(key) % partitions|}, where
     * FNV-1a has 32 bits and the result is taken as signed. Records without key go where the producer likes.
     */
    public static Partitioner fnv1a() {
        return FNV1A;
    }

    /**
     * By the key, exactly as the reference partitioners of sarama and kafka-go choose: {@code (fnv1a(key) & 0x7fffffff) % partitions},
     * where FNV-1a has 32 bits. It differs from {@link #fnv1a()} for about half of the keys, those whose hash is negative.
     * Records without key go where the producer likes.
     */
    public static Partitioner fnv1aReference() {
        return FNV1A_REFERENCE;
    }

    /**
     * To the partition with a leader that this producer has sent the fewest bytes of keys and values to, whatever the key is;
     * of several the one with the lowest number. It takes as long as there are partitions. What fails counts as sent.
     */
    public static Partitioner leastBytes() {
        return new Partitioner() {
            @Override
            public Partitioner forTopic(String topic, RandomGenerator random) {
                return new LeastBytes();
            }

            @Override
            public int partition(ProducerRecord<?, ?> record, @Nullable ByteBuffer key, TopicPartitions partitions) {
                throw needsTopic();
            }
        };
    }

    private static IllegalStateException needsTopic() {
        return new IllegalStateException("this partitioner has a position in each topic: call forTopic first");
    }

    /** Where the producer likes, whatever the key is; see {@link Partitioner#ANY}. */
    public static Partitioner sticky() {
        return STICKY;
    }

    /** To one partition after the other, whatever the key is, leaving out those that have no leader. */
    public static Partitioner roundRobin() {
        return perTopic(random -> {
            AtomicInteger next = new AtomicInteger(random.nextInt());
            return next::getAndIncrement;
        });
    }

    /** To any partition that has a leader, each record by lot. Batches are smaller than with {@link #sticky()}. */
    public static Partitioner random() {
        return perTopic(random -> {
            AtomicLong state = new AtomicLong(random.nextLong());
            return () -> mix(state.getAndAdd(GOLDEN_GAMMA));
        });
    }

    /** To the partition that each record names; one that names none fails. */
    public static Partitioner manual() {
        return MANUAL;
    }

    @FunctionalInterface
    private interface Sequence {
        IntSupplier from(RandomGenerator random);
    }

    private static Partitioner perTopic(Sequence sequence) {
        return new Partitioner() {
            @Override
            public Partitioner forTopic(String topic, RandomGenerator random) {
                IntSupplier numbers = sequence.from(random);
                ByBytes ofTopic = (record, key, partitions) -> oneOf(partitions, numbers.getAsInt());
                return ofTopic;
            }

            @Override
            public int partition(ProducerRecord<?, ?> record, @Nullable ByteBuffer key, TopicPartitions partitions) {
                throw needsTopic();
            }
        };
    }

    private static int oneOf(TopicPartitions partitions, int number) {
        int available = partitions.availableCount();
        return available > 0
                ? partitions.available(Math.floorMod(number, available))
                : Math.floorMod(number, partitions.count());
    }

    private static int mix(long state) {
        long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return (int) (mixed >>> 32);
    }
}
