package dev.ottla.consumer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.delivery.FetchBudget;
import dev.ottla.consumer.internal.delivery.OffsetOutOfRange;
import dev.ottla.consumer.internal.delivery.PartitionFailure;
import dev.ottla.consumer.internal.fetch.FetchPlan;
import dev.ottla.consumer.internal.fetch.LogEnds;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.consumer.internal.offsets.PositionResolver;
import dev.ottla.consumer.internal.offsets.SetBack;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.LogTruncatedException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.Metadata;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.concurrent.LendableLoop;
import dev.ottla.internal.protocol.message.ApiKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where each partition is read: joins the look-up of positions with fetching, and decides what follows when a log does not go
 * on at a position. Owned by the home loop, for {@link ConsumerLoop}.
 */
@EventLoopConfined
final class Positions implements PositionResolver.Listener, FetchPlan.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Positions.class);

    private final Cluster cluster;
    private final EventLoop home;
    private final ConsumerSetup setup;
    private final Assignment assignment;
    private final DeliveryQueue queue;
    private final Restart restart;
    private final FetchPlan plan;
    private final PositionResolver resolver;

    /** Where what is fetched goes, and what it may take. */
    record Outlets(
            DeliveryQueue queue,
            LogEnds logEnds,
            FetchBudget budget,
            @Nullable LendableLoop loop) {}

    /** Has nothing count any more that was read of a partition. */
    @FunctionalInterface
    interface Restart {
        /** Returns the new fetch epoch; empty if another one than the given holds by now. */
        Optional<Long> restart(TopicPartition partition, long fetchEpoch);
    }

    Positions(Cluster cluster, ConsumerSetup setup, Assignment assignment, Outlets outlets, Restart restart) {
        this.cluster = cluster;
        this.restart = restart;
        this.home = cluster.homeLoop();
        this.setup = setup;
        this.assignment = assignment;
        this.queue = outlets.queue();
        this.plan = new FetchPlan(
                cluster, setup.options(), queue, outlets.logEnds(), outlets.budget(), outlets.loop(), this);
        this.resolver = new PositionResolver(
                cluster,
                assignment,
                setup.options().isolationLevel(),
                setup.options().groupId().orElse(null),
                this);
    }

    /** Partitions are this consumer's, under these fetch epochs: begin where the group is, or where the setup says. */
    void begin(Map<TopicPartition, Long> epochs) {
        resolver.resolveCommitted(epochs, setup.start());
    }

    /** The partition is not this consumer's any more. */
    void stop(TopicPartition partition) {
        plan.forget(partition);
    }

    void onMetadata(Metadata previous, Metadata current) {
        plan.onMetadata(previous, current);
    }

    @Override
    public void onResolved(TopicPartition partition, long fetchEpoch, FetchPosition position) {
        plan.start(partition, fetchEpoch, position, assignment.isStopped(partition));
    }

    @Override
    public void onUnresolvable(TopicPartition partition, long fetchEpoch, KafkaException cause) {
        queue.offer(List.of(new PartitionFailure(partition, fetchEpoch, cause)));
    }

    @Override
    public void onTrouble(KafkaException cause) {
        queue.report(cause);
    }

    /** The application has set a position; {@code position} as it stood then. Seeks of several threads may come in any order. */
    void onSeek(TopicPartition partition, long fetchEpoch, FetchPosition position) {
        if (assignment.position(partition, fetchEpoch).isPresent()) {
            onResolved(partition, fetchEpoch, position);
        }
    }

    /** The application wants to read from a point that must be looked up. */
    void onSeek(Map<TopicPartition, Long> epochs, StartingPoint point) {
        Map<TopicPartition, Long> current = new TreeMap<>(epochs);
        current.entrySet().removeIf(entry -> !assignment.isUnresolved(entry.getKey(), entry.getValue()));
        current.keySet().forEach(plan::stop);
        if (!current.isEmpty()) {
            resolver.resolve(current, point);
        }
    }

    void onStopped(TopicPartition partition) {
        plan.setPaused(partition, assignment.isStopped(partition));
    }

    /** What was fetched ahead is gone: begin again where the application is. */
    void onDropped(TopicPartition partition, long fetchEpoch) {
        assignment
                .position(partition, fetchEpoch)
                .ifPresent(position -> plan.start(partition, fetchEpoch, position, assignment.isStopped(partition)));
    }

    /** The application has been told; for a while nothing of the partition is asked for. */
    void onDamaged(TopicPartition partition, long fetchEpoch) {
        if (assignment.position(partition, fetchEpoch).isPresent()) {
            plan.stop(partition);
            home.schedule(
                    () -> onDropped(partition, fetchEpoch),
                    cluster.options().retryBackoffMax().toNanos());
        }
    }

    void onOffsetOutOfRange(OffsetOutOfRange outOfRange) {
        TopicPartition partition = outOfRange.partition();
        if (setup.reset() instanceof StartingPoint.Nowhere) {
            queue.offer(List.of(new PartitionFailure(partition, outOfRange.fetchEpoch(), outOfRange(outOfRange))));
            return;
        }
        assignment.forget(partition, outOfRange.fetchEpoch()).ifPresent(fetchEpoch -> {
            LOG.warn(
                    "[{}] {} has no offset {} (deleted by retention, or never written); going on by"
                            + " auto.offset.reset={}",
                    cluster.options().clientId(),
                    partition,
                    outOfRange.offset(),
                    setup.options().autoOffsetReset());
            plan.forget(partition);
            resolver.resolve(Map.of(partition, fetchEpoch), setup.reset());
        });
    }

    private static KafkaException outOfRange(OffsetOutOfRange outOfRange) {
        return new BrokerException(
                "Offset " + outOfRange.offset() + " is not in the log, and auto.offset.reset is none.",
                ErrorDetails.ofCode(ErrorCode.OFFSET_OUT_OF_RANGE)
                        .api(ApiKey.FETCH.toString())
                        .topicPartition(outOfRange.partition())
                        .build(),
                null);
    }

    @Override
    public void onTopicRecreated(TopicPartition partition, long fetchEpoch) {
        restart.restart(partition, fetchEpoch).ifPresent(newEpoch -> {
            callWhileHeld(partition, () -> setup.callbacks().onTopicRecreated(partition));
            resolver.resolve(Map.of(partition, newEpoch), setup.reset());
        });
    }

    /** By the time that the application polls, the partition may be another member's, or be assigned anew. */
    private void callWhileHeld(TopicPartition partition, Runnable callback) {
        long tenure = assignment.tenure(partition);
        queue.call(() -> {
            if (assignment.tenure(partition) == tenure) {
                callback.run();
            }
        });
    }

    @Override
    public boolean hearsOfEnds() {
        return setup.callbacks().hearsOfEnds();
    }

    @Override
    public void onDiverged(TopicPartition partition, long fetchEpoch, FetchPosition end) {
        SetBack setBack = assignment.setBack(partition, fetchEpoch, end).orElse(null);
        if (setBack == null) {
            return;
        }
        if (!setBack.isLoss()) {
            onDropped(partition, setBack.fetchEpoch());
            return;
        }
        LOG.warn(
                "[{}] {} was truncated: the position was {}, and what was read from offset {} on is gone",
                cluster.options().clientId(),
                partition,
                setBack.from().offset(),
                setBack.to().offset());
        if (setup.reset() instanceof StartingPoint.Nowhere) {
            queue.offer(List.of(new PartitionFailure(partition, setBack.fetchEpoch(), truncated(partition, setBack))));
            return;
        }
        callWhileHeld(
                partition,
                () -> setup.callbacks()
                        .onTruncated(
                                partition, setBack.from().offset(), setBack.to().offset()));
        plan.start(partition, setBack.fetchEpoch(), setBack.to(), assignment.isStopped(partition));
    }

    private static KafkaException truncated(TopicPartition partition, SetBack setBack) {
        return new LogTruncatedException(
                setBack.to().offset(),
                "The log was truncated: what was read from offset "
                        + setBack.to().offset() + " to " + setBack.from().offset()
                        + " is gone, and auto.offset.reset is none.",
                ErrorDetails.builder()
                        .topicPartition(partition)
                        .hint("Seek to where you want to go on, having undone what you did with the lost records.")
                        .build());
    }

    /** Ends all fetching. */
    void close(KafkaException cause) {
        resolver.close();
        plan.close(cause);
    }
}
