package dev.ottla.producer;

import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The partitioners that come with Ottla. All are thread-safe and keep no state but their position in each topic. */
public final class Partitioners {
    /** The increment of the SplitMix64 sequence: with it a counter that threads share gives a good random sequence. */
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private static final Partitioner HASH = (record, key, partitions) ->
            key == null ? Partitioner.ANY : (Murmur2.hash(key) & Integer.MAX_VALUE) % partitions.count();
    private static final Partitioner STICKY = (record, key, partitions) -> Partitioner.ANY;
    private static final Partitioner MANUAL = (record, key, partitions) -> {
        throw new RecordException(
                "A record for topic \"" + record.topic()
                        + "\" names no partition, and the producer's partitioner is manual.",
                null);
    };

    private Partitioners() {}

    /**
     * By the key, exactly as Kafka's own clients for the JVM choose: murmur2 of the serialized key, modulo the number of
     * partitions. Records without key go where the producer likes, see {@link Partitioner#ANY}. The default.
     */
    public static Partitioner hash() {
        return HASH;
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
                return (record, key, partitions) -> oneOf(partitions, numbers.getAsInt());
            }

            @Override
            public int partition(ProducerRecord<?, ?> record, @Nullable ByteBuffer key, TopicPartitions partitions) {
                throw new IllegalStateException("this partitioner has a position in each topic: call forTopic first");
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
