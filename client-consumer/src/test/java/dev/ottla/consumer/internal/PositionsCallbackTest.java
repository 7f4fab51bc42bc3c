package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.delivery.FetchBudget;
import dev.ottla.consumer.internal.fetch.LogEnds;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the application hears of a partition's log: only as long as the partition is its own. */
class PositionsCallbackTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private final List<String> events = new ArrayList<>();
    private final ScriptedCluster kafka = new ScriptedCluster();
    private final Assignment assignment = new Assignment();
    private final DeliveryQueue queue = new DeliveryQueue();
    private final Positions positions;

    PositionsCallbackTest() {
        ConsumerOptions options = ConsumerOptions.builder().build(kafka.cluster.options());
        ConsumerSetup setup = new ConsumerSetup(
                options,
                TopicSelection.none(),
                Set.of(PARTITION),
                StartingPoint.earliest(),
                List.of(),
                Duration.ofMinutes(1),
                new Noting());
        positions = new Positions(
                kafka.cluster,
                setup,
                assignment,
                new Positions.Outlets(
                        queue, new LogEnds(IsolationLevel.READ_UNCOMMITTED), new FetchBudget(options), null),
                (partition, fetchEpoch) -> assignment.restart(partition, fetchEpoch, 1));
    }

    private final class Noting implements RebalanceCallbacks {
        @Override
        public void onAssigned(Set<TopicPartition> partitions) {}

        @Override
        public void onRevoking(Set<TopicPartition> partitions, Duration remaining) {}

        @Override
        public void onLost(Set<TopicPartition> partitions) {}

        @Override
        public void onTopicRecreated(TopicPartition partition) {
            events.add("recreated");
        }

        @Override
        public void onTruncated(TopicPartition partition, long position, long offset) {
            events.add("truncated");
        }
    }

    private void poll() {
        for (Runnable callback = queue.nextCallback(); callback != null; callback = queue.nextCallback()) {
            callback.run();
        }
    }

    private long read(long assignmentId) {
        long epoch = assignment.assign(List.of(PARTITION), assignmentId).get(PARTITION);
        assignment.resolve(PARTITION, epoch, new FetchPosition(0));
        assignment.advance(PARTITION, epoch, new FetchPosition(10, 5), -1);
        return epoch;
    }

    @Test
    void should_tell_of_a_log_that_was_cut_and_of_a_new_topic() {
        // given
        long epoch = read(1);

        // when
        kafka.loop.run(() -> positions.onDiverged(PARTITION, epoch, new FetchPosition(6, 4)));
        poll();
        long after = epoch + 1;
        kafka.loop.run(() -> positions.onTopicRecreated(PARTITION, after));
        poll();

        // then
        assertThat(events).containsExactly("truncated", "recreated");
    }

    @Test
    void should_not_tell_the_next_owner_what_happened_before_its_time() {
        // given
        long epoch = read(1);
        kafka.loop.run(() -> positions.onDiverged(PARTITION, epoch, new FetchPosition(6, 4)));
        kafka.loop.run(() -> positions.onTopicRecreated(PARTITION, epoch + 1));

        // when
        assignment.remove(List.of(PARTITION), 1);
        read(2);
        poll();

        // then
        assertThat(events).isEmpty();
    }
}
