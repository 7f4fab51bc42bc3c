package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Records;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.serialization.Deserializers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Two members of one group share the topics of a pattern: the second joins while the first reads, and leaves again. Each commits
 * what it has read before it gives partitions up, so that the other goes on right behind. Arguments: bootstrap servers, the
 * beginning of the topics' names, group.
 */
public final class RebalanceSample {
    private RebalanceSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        Pattern topics = Pattern.compile(Pattern.quote(args[1]) + ".*");
        AtomicInteger records = new AtomicInteger();
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Member first = new Member("first", member(kafka, topics, args[2]), records)) {
            int all = 0;
            while (all == 0) {
                all = first.poll();
            }
            System.out.println("first reads all partitions: " + all);
            try (Member second = new Member("second", member(kafka, topics, args[2]), records)) {
                int ofFirst = all;
                int ofSecond = 0;
                while (ofFirst == all || ofSecond == 0) {
                    // Giving partitions up and taking them over goes on in the polls of both.
                    ofFirst = first.poll();
                    ofSecond = second.poll();
                }
                System.out.println("both read some of them: " + (ofFirst + ofSecond));
            }
            while (first.poll() < all) {
                // The group has to hear first that the second has left.
            }
            System.out.println("first reads all partitions: " + all);
            System.out.println("records read: " + records);
        }
    }

    private static ConsumerBuilder<String, String> member(KafkaClient kafka, Pattern topics, String group) {
        return Consumer.builder(kafka)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .group(group)
                .topics(topics)
                .assignors(PartitionAssignor.cooperativeSticky())
                .heartbeatInterval(Duration.ofMillis(500))
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(false);
    }

    /** A consumer, and what becomes of its partitions. */
    private static final class Member implements RebalanceListener, AutoCloseable {
        private final String name;
        private final Consumer<String, String> consumer;
        private final AtomicInteger records;

        Member(String name, ConsumerBuilder<String, String> member, AtomicInteger records) {
            this.name = name;
            this.records = records;
            this.consumer = member.rebalanceListener(this).build();
        }

        /** Returns how many partitions the member has. */
        int poll() {
            Records<String, String> polled = consumer.poll(Duration.ofMillis(100));
            records.addAndGet(polled.count());
            return consumer.assignment().size();
        }

        @Override
        public void onRevoking(Consumer<?, ?> of, Set<TopicPartition> partitions, Duration remaining) {
            System.out.println(name + " gives up " + partitions.size());
            of.commit();
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
