package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.errors.ClosedException;
import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How much of a group goes on while a member joins or leaves, counted by what members hear, so that no moment is missed. The
 * large group that {@code docs/groups.md} has the figures of is {@link RebalanceScaleTest}'s.
 */
@Timeout(90)
class RebalanceWithoutStopTest {
    private static final int MEMBERS = 10;
    private static final int PARTITIONS = 60;
    private static final String TOPIC = "orders";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration HEARTBEAT = Duration.ofMillis(50);

    private static FakeKafka kafka;

    private final List<Member> members = new ArrayList<>();

    /** How many partitions have an owner now, and had when they were fewest. */
    private final AtomicInteger owned = new AtomicInteger();

    private final AtomicInteger fewest = new AtomicInteger();
    private KafkaClient client;

    /** How a group divides. */
    private enum Way {
        RANGE,
        COOPERATIVE_STICKY,
        CONSUMER;

        <K, V> ConsumerBuilder<K, V> choose(ConsumerBuilder<K, V> member) {
            return switch (this) {
                case RANGE -> member.assignors(PartitionAssignor.range()).heartbeatInterval(HEARTBEAT);
                case COOPERATIVE_STICKY ->
                    member.assignors(PartitionAssignor.cooperativeSticky()).heartbeatInterval(HEARTBEAT);
                case CONSUMER -> member.groupProtocol(GroupProtocol.CONSUMER);
            };
        }
    }

    @BeforeAll
    static void startCluster() {
        kafka = FakeKafka.builder()
                .topic(TOPIC, PARTITIONS)
                .consumerHeartbeatInterval(HEARTBEAT)
                .start();
    }

    @AfterAll
    static void stopCluster() {
        kafka.close();
    }

    @BeforeEach
    void connect() {
        client = KafkaClient.connect(kafka.bootstrapServers());
    }

    @AfterEach
    void disconnect() {
        members.forEach(Member::leave);
        client.close();
    }

    /** Polls on a thread of its own, and counts what is given to it and taken from it. */
    private final class Member implements RebalanceListener, Runnable {
        private final Consumer<byte[], byte[]> consumer;
        private final AtomicInteger mine = new AtomicInteger();
        private final Thread thread = new Thread(this, "member");

        Member(Way way) {
            consumer = way.choose(Consumer.builder(client).group(way.name()).topics(TOPIC))
                    .enableAutoCommit(false)
                    .rebalanceListener(this)
                    .build();
            thread.start();
        }

        @Override
        public void run() {
            try {
                while (!consumer.isClosed()) {
                    consumer.poll(Duration.ofMillis(100));
                }
            } catch (ClosedException e) {
                // It has left.
            }
        }

        @Override
        public void onAssigned(Consumer<?, ?> same, Set<TopicPartition> partitions) {
            mine.addAndGet(partitions.size());
            owned.addAndGet(partitions.size());
        }

        @Override
        public void onRevoking(Consumer<?, ?> same, Set<TopicPartition> partitions, Duration remaining) {
            onLost(same, partitions);
        }

        @Override
        public void onLost(Consumer<?, ?> same, Set<TopicPartition> partitions) {
            mine.addAndGet(-partitions.size());
            fewest.accumulateAndGet(owned.addAndGet(-partitions.size()), Math::min);
        }

        void leave() {
            consumer.close();
        }
    }

    private void awaitEven() {
        await().atMost(PATIENCE).until(() -> {
            List<Integer> shares =
                    members.stream().map(member -> member.mine.get()).sorted().toList();
            return shares.stream().mapToInt(Integer::intValue).sum() == PARTITIONS
                    && shares.get(shares.size() - 1) - shares.get(0) <= 1;
        });
    }

    @ParameterizedTest
    @EnumSource
    void should_stop_no_more_than_what_moves_unless_the_assignor_is_eager(Way way) {
        // given
        for (int number = 0; number < MEMBERS; number++) {
            members.add(new Member(way));
        }
        awaitEven();

        // when
        fewest.set(PARTITIONS);
        members.add(new Member(way));
        awaitEven();
        int fewestWhenOneCame = fewest.getAndSet(PARTITIONS);
        members.remove(0).leave();
        awaitEven();
        int fewestWhenOneWent = fewest.get();

        // then
        if (way == Way.RANGE) {
            assertThat(fewestWhenOneCame).isZero();
        } else {
            assertThat(fewestWhenOneCame).isGreaterThanOrEqualTo(PARTITIONS / 2);
            assertThat(fewestWhenOneWent).isGreaterThanOrEqualTo(PARTITIONS / 2);
        }
    }
}
