package dev.ottla.consumer.internal.fetch;

import dev.ottla.common.Node;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.delivery.FetchBudget;
import dev.ottla.consumer.internal.fetch.PartitionCursor.Place;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Broker;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.cluster.Metadata;
import dev.ottla.internal.cluster.PartitionMetadata;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.concurrent.LendableLoop;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which broker each partition is fetched from, and keeps it so while leaders move. Owned by the home loop. A cursor
 * lies with one fetcher, that of the leader or of the replica that the leader has named (KIP-392), or here while there is no
 * leader, while the partition is paused, or until a backoff has passed.
 */
@EventLoopConfined
public final class FetchPlan {
    private static final Logger LOG = LoggerFactory.getLogger(FetchPlan.class);

    /** What the plan can't decide by itself; called on the home loop. */
    public interface Listener {
        /** The topic of this name is another one now, so the position means nothing in it. */
        void onTopicRecreated(TopicPartition partition, long fetchEpoch);

        /**
         * The leader does not have all that was fetched: its log and the one that was read part at {@code end}, or before.
         * Nothing is fetched any more until the next {@link #start}.
         */
        void onDiverged(TopicPartition partition, long fetchEpoch, FetchPosition end);

        /** Whether it is to be delivered when a log ends. */
        boolean hearsOfEnds();
    }

    private static final int NO_REPLICA = -1;

    private static final class Placement {
        final PartitionCursor cursor;

        @Nullable
        FetcherCommands fetcher;

        EventLoop.@Nullable Timer backoffTimer;
        /** Of the leader that the cursor was placed by. */
        int leaderId = PartitionMetadata.NO_LEADER;

        int leaderEpoch = PartitionMetadata.UNKNOWN_EPOCH;

        /** The replica that the leader has named (KIP-392). */
        int replicaId = NO_REPLICA;

        /** When to ask the leader again which replica to read from. */
        EventLoop.@Nullable Timer leaseTimer;

        /** That replica was tried: until the lease ends the leader has to answer. */
        boolean replicaFailed;

        boolean paused;

        /** How often in a row it was refused soon after it was placed. */
        int refusals;

        long placedNanos;

        Placement(PartitionCursor cursor, boolean paused) {
            this.cursor = cursor;
            this.paused = paused;
        }
    }

    private final Cluster cluster;
    private final EventLoop home;
    private final ConsumerOptions options;
    private final DeliveryQueue queue;
    private final LogEnds logEnds;
    private final FetchBudget budget;

    /** Of all fetchers; null if each has that of its broker. */
    private final @Nullable LendableLoop loop;

    private final Listener listener;
    private final ExponentialBackoff backoff;
    private final Map<TopicPartition, Placement> placements = new HashMap<>();
    private final Map<Integer, FetcherCommands> fetchers = new HashMap<>();

    /** A plan without partitions, whose fetchers deliver to the queue; it ends the loop, if it is given one, when it is closed. */
    public FetchPlan(
            Cluster cluster,
            ConsumerOptions options,
            DeliveryQueue queue,
            LogEnds logEnds,
            FetchBudget budget,
            @Nullable LendableLoop loop,
            Listener listener) {
        this.budget = budget;
        this.loop = loop;
        this.logEnds = logEnds;
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.options = options;
        this.queue = queue;
        this.listener = listener;
        this.backoff = newBackoff();
    }

    private ExponentialBackoff newBackoff() {
        return new ExponentialBackoff(
                cluster.options().retryBackoff(),
                cluster.options().retryBackoffMax(),
                cluster.runtime().newRandom());
    }

    /** Fetches the partition from this position on, and no longer from any other. */
    public void start(TopicPartition partition, long fetchEpoch, FetchPosition position, boolean paused) {
        assert home.inEventLoop();
        stop(partition);
        TopicMetadata topic = cluster.metadata().topic(partition.topic());
        UUID topicId = topic == null ? TopicMetadata.NO_ID : topic.topicId();
        Placement placement = new Placement(new PartitionCursor(partition, fetchEpoch, position, topicId), paused);
        placements.put(partition, placement);
        place(placement);
    }

    /** Ends fetching of the partition; what is under way is dropped where it arrives. */
    public void stop(TopicPartition partition) {
        assert home.inEventLoop();
        queue.unpark(partition);
        Placement placement = placements.remove(partition);
        if (placement != null) {
            cancelBackoff(placement);
            endLease(placement);
            if (placement.fetcher != null) {
                placement.fetcher.drop(placement.cursor);
            }
        }
    }

    /** As {@link #stop}; where the log ended means nothing any more either. */
    public void forget(TopicPartition partition) {
        stop(partition);
        logEnds.forget(partition);
    }

    /** Holds the partition back, or lets it go on from where it was. */
    public void setPaused(TopicPartition partition, boolean paused) {
        assert home.inEventLoop();
        Placement placement = placements.get(partition);
        if (placement == null || placement.paused == paused) {
            return;
        }
        placement.paused = paused;
        if (!paused) {
            place(placement);
        } else if (placement.fetcher != null) {
            withdraw(placement, placement.fetcher);
        }
    }

    /** Leaders may have moved. */
    public void onMetadata(Metadata previous, Metadata current) {
        assert home.inEventLoop();
        for (Placement placement : Copies.of(placements).values()) {
            TopicPartition partition = placement.cursor.partition();
            FetcherCommands fetcher = placement.fetcher;
            PartitionMetadata leader = current.partition(partition);
            if (startsAnew(placement, current.topic(partition.topic()))) {
                continue;
            }
            if (fetcher == null) {
                PartitionMetadata before = previous.partition(partition);
                boolean news = leader != null && !leader.equals(before);
                if (placement.backoffTimer == null || news) {
                    place(placement);
                }
            } else if (leader != null && leader.hasLeader() && isOutdated(placement, leader, current)) {
                endLease(placement);
                withdraw(placement, fetcher);
            }
        }
        reportTopicErrors(previous, current);
    }

    /** A new epoch of the same leader counts as well: it would refuse the old one. */
    private static boolean isOutdated(Placement placement, PartitionMetadata leader, Metadata current) {
        boolean replicaGone = placement.replicaId != NO_REPLICA && current.node(placement.replicaId) == null;
        return leader.leaderId() != placement.leaderId || leader.leaderEpoch() != placement.leaderEpoch || replicaGone;
    }

    private void reportTopicErrors(Metadata previous, Metadata current) {
        current.topicErrors().forEach((topic, error) -> {
            boolean ours = placements.keySet().stream()
                    .anyMatch(partition -> partition.topic().equals(topic));
            if (ours && !error.isRetriable() && error != previous.topicErrors().get(topic)) {
                queue.report(failure(error, "The topic is \"" + topic + "\".", ApiKey.METADATA, null));
            }
        });
    }

    /** Takes the cursor back; it is placed anew when it has come. */
    private void withdraw(Placement placement, FetcherCommands fetcher) {
        fetcher.withdraw(placement.cursor, () -> home.execute(() -> onWithdrawn(placement)));
    }

    private void onWithdrawn(Placement placement) {
        placement.fetcher = null;
        if (isCurrent(placement)) {
            place(placement);
        }
    }

    private boolean isCurrent(Placement placement) {
        return placements.get(placement.cursor.partition()) == placement;
    }

    private void place(Placement placement) {
        cancelBackoff(placement);
        PartitionCursor cursor = placement.cursor;
        if (placement.fetcher != null || placement.paused) {
            return;
        }
        TopicMetadata topic = cluster.metadata().topic(cursor.partition().topic());
        PartitionMetadata leader =
                topic == null ? null : topic.partition(cursor.partition().partition());
        if (topic == null || leader == null || !leader.hasLeader()) {
            cluster.refreshMetadata("no leader is known of " + cursor.partition());
            return;
        }
        if (startsAnew(placement, topic)) {
            return;
        }
        cursor.onPlaced(topic.topicId(), leader.leaderEpoch(), placeOf(placement));
        int nodeId = placement.replicaId == NO_REPLICA ? leader.leaderId() : placement.replicaId;
        FetcherCommands fetcher = fetchers.computeIfAbsent(nodeId, this::newFetcher);
        placement.fetcher = fetcher;
        placement.leaderId = leader.leaderId();
        placement.leaderEpoch = leader.leaderEpoch();
        placement.placedNanos = home.nanoTime();
        fetcher.add(cursor);
    }

    private static Place placeOf(Placement placement) {
        if (placement.replicaId != NO_REPLICA) {
            return Place.FOLLOWER;
        }
        return placement.replicaFailed ? Place.LEADER_ITSELF : Place.LEADER;
    }

    /** Before anything else hears of it: a rebalance would commit what was read of the old topic for the new one. */
    private boolean startsAnew(Placement placement, @Nullable TopicMetadata topic) {
        PartitionCursor cursor = placement.cursor;
        if (topic == null || !isRecreated(cursor.topicId(), topic.topicId())) {
            return false;
        }
        LOG.warn("[{}] The topic of {} was deleted and created again", clientId(), cursor.partition());
        forget(cursor.partition());
        listener.onTopicRecreated(cursor.partition(), cursor.fetchEpoch());
        return true;
    }

    private static boolean isRecreated(UUID before, UUID now) {
        return !before.equals(TopicMetadata.NO_ID) && !now.equals(TopicMetadata.NO_ID) && !before.equals(now);
    }

    private FetcherCommands newFetcher(int nodeId) {
        Broker broker = loop == null ? cluster.dedicatedBroker(nodeId) : cluster.dedicatedBroker(nodeId, loop);
        budget.onBroker();
        BrokerFetcher fetcher = new BrokerFetcher(
                broker,
                cluster.options(),
                options,
                newBackoff(),
                new BrokerFetcher.Outlets(queue, logEnds, budget, listener.hearsOfEnds(), new Answers()));
        return new FetcherCommands(fetcher, broker.loop(), nodeId);
    }

    /** What comes from the fetchers' loops. */
    private final class Answers implements BrokerFetcher.Listener {
        @Override
        public void onRefused(PartitionCursor cursor, ErrorCode error) {
            home.execute(() -> FetchPlan.this.onRefused(cursor, error));
        }

        @Override
        public void onReplicaNamed(PartitionCursor cursor, int nodeId) {
            home.execute(() -> FetchPlan.this.onReplicaNamed(cursor, nodeId));
        }

        @Override
        public void onDiverged(PartitionCursor cursor, FetchPosition end) {
            home.execute(() -> FetchPlan.this.onDiverged(cursor, end));
        }

        @Override
        public void onLeaderHint(
                UUID topicId, int partition, FetchResponse.LeaderIdAndEpoch leader, @Nullable Node node) {
            cluster.onLeaderHint(topicId, partition, leader.leaderId(), leader.leaderEpoch(), node);
        }
    }

    private void onRefused(PartitionCursor cursor, ErrorCode error) {
        Placement placement = placements.get(cursor.partition());
        if (placement == null || placement.cursor != cursor) {
            return;
        }
        placement.fetcher = null;
        if (cursor.place() == Place.FOLLOWER) {
            // Whatever is wrong there, only the leader's word counts.
            beginLease(placement, NO_REPLICA);
            placement.replicaFailed = true;
            cluster.refreshMetadata("replica of " + cursor.partition() + " could not be read: " + error);
            place(placement);
            return;
        }
        if (!error.isRetriable()) {
            queue.report(failure(error, "", ApiKey.FETCH, cursor.partition()));
        }
        if (error.needsMetadataRefresh() || error == ErrorCode.UNKNOWN_LEADER_EPOCH) {
            cluster.refreshMetadata("fetch of " + cursor.partition() + " was answered with " + error);
        }
        boolean wasServed = home.nanoTime() - placement.placedNanos
                > cluster.options().retryBackoffMax().toNanos();
        placement.refusals = wasServed ? 1 : placement.refusals + 1;
        placement.backoffTimer = home.schedule(() -> onBackoffEnded(placement), backoff.delayNanos(placement.refusals));
    }

    private void onReplicaNamed(PartitionCursor cursor, int nodeId) {
        Placement placement = placements.get(cursor.partition());
        if (placement == null || placement.cursor != cursor) {
            return;
        }
        placement.fetcher = null;
        boolean known = cluster.metadata().node(nodeId) != null;
        LOG.debug("[{}] {} is to be read from replica {}", clientId(), cursor.partition(), nodeId);
        beginLease(placement, known ? nodeId : NO_REPLICA);
        placement.replicaFailed = !known;
        place(placement);
    }

    /** As long as the metadata counts as fresh, what the leader said of replicas does. */
    private void beginLease(Placement placement, int replicaId) {
        endLease(placement);
        placement.replicaId = replicaId;
        placement.leaseTimer = home.schedule(
                () -> onLeaseEnded(placement),
                cluster.options().metadataMaxAge().toNanos());
    }

    private static void endLease(Placement placement) {
        placement.replicaId = NO_REPLICA;
        placement.replicaFailed = false;
        if (placement.leaseTimer != null) {
            placement.leaseTimer.cancel();
            placement.leaseTimer = null;
        }
    }

    private void onLeaseEnded(Placement placement) {
        endLease(placement);
        if (isCurrent(placement) && placement.fetcher != null) {
            withdraw(placement, placement.fetcher);
        }
    }

    private void onDiverged(PartitionCursor cursor, FetchPosition end) {
        Placement placement = placements.get(cursor.partition());
        if (placement != null && placement.cursor == cursor) {
            forget(cursor.partition());
            listener.onDiverged(cursor.partition(), cursor.fetchEpoch(), end);
        }
    }

    private void onBackoffEnded(Placement placement) {
        placement.backoffTimer = null;
        if (isCurrent(placement)) {
            place(placement);
        }
    }

    private static void cancelBackoff(Placement placement) {
        if (placement.backoffTimer != null) {
            placement.backoffTimer.cancel();
            placement.backoffTimer = null;
        }
    }

    private static KafkaException failure(
            ErrorCode error, String where, ApiKey api, @Nullable TopicPartition partition) {
        return ErrorDetails.ofCode(error)
                .api(api.toString())
                .topicPartition(partition)
                .hint(where.isEmpty() ? error.hint() : where + " " + error.hint())
                .toException();
    }

    private String clientId() {
        return cluster.options().clientId();
    }

    /** Ends all fetching and the connections for it. */
    public void close(KafkaException cause) {
        assert home.inEventLoop();
        placements.values().forEach(FetchPlan::cancelBackoff);
        placements.values().forEach(FetchPlan::endLease);
        placements.clear();
        fetchers.values().forEach(fetcher -> fetcher.close(cause));
        fetchers.clear();
        if (loop != null) {
            loop.shutdown();
        }
    }
}
