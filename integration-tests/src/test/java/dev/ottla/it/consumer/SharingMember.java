package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Records;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/** One member of a group, Ottla or kafka-clients, polled by the test's thread, with what it read and lost so far. */
abstract class SharingMember implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration ONE_POLL = Duration.ofMillis(20);

    final List<String> values = new ArrayList<>();

    /** How many partitions were taken from it. */
    int taken;

    /** What could not be committed on the way out comes again. */
    boolean mayRepeat;

    static SharingMember ottla(ConsumerBuilder<String, String> builder) {
        return new Ottla(builder);
    }

    static SharingMember official(KafkaConsumer<String, String> consumer, String topic) {
        Official member = new Official(consumer);
        consumer.subscribe(List.of(topic), member);
        return member;
    }

    abstract void poll();

    /** What was polled; comes to nothing while partitions move. */
    abstract void commit();

    abstract Set<Integer> partitions();

    /** Leaves the group. */
    @Override
    public abstract void close();

    /** Polls all of them until each has as many partitions as it should, each partition with one of them. */
    static void untilShared(List<SharingMember> members, int each) {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!isShared(members, each)) {
            assertThat(System.nanoTime() - deadlineNanos)
                    .as("%s", members.stream().map(SharingMember::partitions).toList())
                    .isNegative();
            members.forEach(SharingMember::poll);
        }
    }

    static boolean isShared(List<SharingMember> members, int each) {
        Set<Integer> all = new HashSet<>();
        members.forEach(member -> all.addAll(member.partitions()));
        return all.size() == each * members.size()
                && members.stream().allMatch(member -> member.partitions().size() == each);
    }

    static List<String> values(List<SharingMember> members) {
        return members.stream().flatMap(member -> member.values.stream()).toList();
    }

    private static final class Ottla extends SharingMember {
        private static final Set<ErrorCode> REBALANCED = EnumSet.of(
                ErrorCode.REBALANCE_IN_PROGRESS,
                ErrorCode.ILLEGAL_GENERATION,
                ErrorCode.UNKNOWN_MEMBER_ID,
                ErrorCode.STALE_MEMBER_EPOCH);

        private final Consumer<String, String> consumer;

        Ottla(ConsumerBuilder<String, String> builder) {
            consumer = builder.rebalanceListener(new RebalanceListener() {
                        @Override
                        public void onRevoking(
                                Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
                            taken += partitions.size();
                            same.commit();
                        }
                    })
                    .build();
        }

        @Override
        void poll() {
            Records<String, String> records = consumer.poll(ONE_POLL);
            records.forEach(record -> values.add(record.value()));
        }

        @Override
        void commit() {
            try {
                consumer.commit();
            } catch (BrokerException e) {
                assertThat(e.code()).isIn(REBALANCED);
                mayRepeat = true;
            }
        }

        @Override
        Set<Integer> partitions() {
            Set<Integer> numbers = new HashSet<>();
            consumer.assignment().forEach(partition -> numbers.add(partition.partition()));
            return numbers;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    private static final class Official extends SharingMember implements ConsumerRebalanceListener {
        private final KafkaConsumer<String, String> consumer;

        Official(KafkaConsumer<String, String> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsRevoked(Collection<org.apache.kafka.common.TopicPartition> partitions) {
            taken += partitions.size();
            commit();
        }

        @Override
        void commit() {
            try {
                consumer.commitSync();
            } catch (RebalanceInProgressException | CommitFailedException e) {
                mayRepeat = true;
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<org.apache.kafka.common.TopicPartition> partitions) {}

        @Override
        void poll() {
            consumer.poll(ONE_POLL).forEach(record -> values.add(record.value()));
        }

        @Override
        Set<Integer> partitions() {
            Set<Integer> numbers = new HashSet<>();
            consumer.assignment().forEach(partition -> numbers.add(partition.partition()));
            return numbers;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
