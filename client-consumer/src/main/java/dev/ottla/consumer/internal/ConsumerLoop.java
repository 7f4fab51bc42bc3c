package dev.ottla.consumer.internal;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.group.AutomaticMember;
import dev.ottla.consumer.internal.group.ClassicMember;
import dev.ottla.consumer.internal.group.ConsumerMember;
import dev.ottla.consumer.internal.group.FollowedTopics;
import dev.ottla.consumer.internal.group.GroupMember;
import dev.ottla.consumer.internal.group.PatternMember;
import dev.ottla.consumer.internal.group.TopicSubscription;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.CommitQueue;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.consumer.internal.offsets.HeldOffset;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.Metadata;
import dev.ottla.internal.cluster.MetadataListener;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer's share of the home loop: joins membership, positions, commits and fetching, which know nothing of each
 * other. Called through {@link ConsumerEngine}.
 */
@EventLoopConfined
final class ConsumerLoop implements MetadataListener, GroupMember.Listener, CommitQueue.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerLoop.class);

    /** How long a rebalance waits for commits that were under way when the application let go of its partitions. */
    private static final Duration COMMIT_GRACE = Duration.ofSeconds(5);

    /** Stands for the partitions that the application assigned itself. */
    static final long BY_APPLICATION = 0;

    private final Cluster cluster;
    private final EventLoop home;
    private final ConsumerSetup setup;
    private final ConsumerOptions options;
    private final Assignment assignment;
    private final DeliveryQueue queue;
    private final PollClock pollClock;
    private final RevocationHandler revocation;
    private final Positions positions;
    private final CommitQueue commits;
    private final TopicSubscription subscription;
    private final FollowedTopics followed;
    private final @Nullable GroupMember member;

    /** As whom users' threads commit; null while the group is being joined. */
    private volatile @Nullable GroupIdentity identity;

    /** Partitions were lost and none assigned since, so a commit of what was handed out of them must not seem to succeed. */
    private volatile boolean lost;

    /** The same on the polling thread's side: a commit that it makes after it has heard must not fail for them. */
    private final AtomicInteger lossesToTell = new AtomicInteger();

    /** Those that the application will hear of with its next poll, and what waits for that. */
    private int unheardLosses;

    private final List<Runnable> untilLossesAreHeard = new ArrayList<>();

    /** Counts what the group has assigned, so that the end of one assignment does not touch the next, and new topics. */
    private long assignmentId = BY_APPLICATION;

    private boolean closed;
    private final StuckWatch stuckWatch;
    private EventLoop.@Nullable Timer pollTimer;
    private EventLoop.@Nullable Timer autoCommitTimer;

    /** What happens on the polling thread before partitions are given up. */
    @FunctionalInterface
    interface RevocationHandler {
        void onRevoking(Set<TopicPartition> partitions, long deadlineNanos);
    }

    ConsumerLoop(
            Cluster cluster,
            ConsumerSetup setup,
            Assignment assignment,
            Positions.Outlets outlets,
            PollClock pollClock,
            RevocationHandler revocation) {
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.setup = setup;
        this.options = setup.options();
        this.assignment = assignment;
        this.queue = outlets.queue();
        this.pollClock = pollClock;
        this.revocation = revocation;
        String groupId = options.groupId().orElse(null);
        this.stuckWatch = new StuckWatch(home, pollClock, setup.stuckAfter(), this::onStuck);
        this.positions = new Positions(cluster, setup, assignment, outlets, this::restart);
        this.commits = new CommitQueue(cluster, assignment, this);
        this.subscription = setup.topics() instanceof TopicSelection.MatchingAtBroker matching
                ? TopicSubscription.matchingAtBroker(matching.pattern())
                : TopicSubscription.to(setup.topics().fixedNames());
        this.followed = new FollowedTopics(cluster, options.allowAutoCreateTopics(), this::reads);
        this.member = groupId == null || !setup.subscribes() ? null : member(groupId);
        this.identity = groupId == null || member != null ? null : GroupIdentity.outsider(groupId);
    }

    private GroupMember member(String groupId) {
        GroupMember member = switch (options.groupProtocol()) {
            case CLASSIC -> classicMember(groupId);
            case CONSUMER -> consumerMember(groupId, this::onFailed);
            case AUTO ->
                new AutomaticMember(groupId, refusal -> consumerMember(groupId, refusal), () -> classicMember(groupId));
        };
        return setup.topics() instanceof TopicSelection.Matching matching
                ? new PatternMember(
                        cluster,
                        new PatternMember.Matching(matching.pattern(), options.excludeInternalTopics(), this::reads),
                        subscription,
                        member)
                : member;
    }

    private boolean reads(String topic) {
        return assignment.partitions().stream()
                .anyMatch(partition -> partition.topic().equals(topic));
    }

    private GroupMember classicMember(String groupId) {
        return new ClassicMember(cluster, options, groupId, subscription, setup.assignors(), this);
    }

    private GroupMember consumerMember(String groupId, ConsumerMember.Refusal refusal) {
        return new ConsumerMember(cluster, options, groupId, subscription, this, refusal);
    }

    /** Begins, with the fetch epochs of the partitions that the application assigned. */
    void start(Map<TopicPartition, Long> epochs) {
        assert home.inEventLoop();
        cluster.addMetadataListener(this);
        followed.follow(topics());
        stuckWatch.start();
        if (setup.commitsAutomatically()) {
            scheduleAutoCommit();
        }
        if (member == null) {
            commits.onIdentity(identity);
            positions.begin(epochs);
        }
    }

    private Set<String> topics() {
        Set<String> topics = new TreeSet<>(setup.topics().fixedNames());
        setup.partitions().forEach(partition -> topics.add(partition.topic()));
        return topics;
    }

    /** The application wants these topics, by their names, from now on. */
    void subscribe(Set<String> names) {
        assert home.inEventLoop();
        if (member != null && !closed) {
            subscription.change(names);
            followed.follow(names);
            member.onSubscription();
        }
    }

    /** As whom to commit; null while the group is being joined. Any thread. */
    @Nullable
    GroupIdentity identity() {
        return identity;
    }

    private void setIdentity(@Nullable GroupIdentity newIdentity) {
        identity = newIdentity;
        commits.onIdentity(newIdentity);
    }

    /** Whether partitions were lost, and none assigned since, or the application has not heard of it. Any thread. */
    boolean hasLost() {
        return lost || lossesToTell.get() > 0;
    }

    /** Whether {@link #onPoll} would make a difference. Any thread. */
    boolean waitsForPoll() {
        return member != null && member.waitsForPoll();
    }

    /** Whether nothing may be delivered now. Any thread. */
    boolean isSessionOver() {
        return member != null && member.isSessionOver();
    }

    void onPoll() {
        if (member != null) {
            member.onPoll();
            schedulePollTimer(options.maxPollInterval().toNanos());
        }
    }

    private void onStuck(RecordPlace place, Duration age) {
        LOG.warn(
                "[{}] The application has not polled for {} s; the last record that it took is at {}",
                cluster.options().clientId(),
                age.toSeconds(),
                place);
    }

    private void schedulePollTimer(long delayNanos) {
        if (pollTimer != null) {
            pollTimer.cancel();
        }
        pollTimer = home.schedule(this::onPollTimer, delayNanos);
    }

    private void onPollTimer() {
        long left = options.maxPollInterval().toNanos() - pollClock.idleNanos();
        if (left > 0) {
            schedulePollTimer(left);
        } else if (member != null) {
            pollTimer = null;
            member.onPollMissed();
        }
    }

    @Override
    public void onMetadata(Metadata previous, Metadata current) {
        positions.onMetadata(previous, current);
        if (member != null) {
            member.onMetadata();
        }
        followed.letGo();
    }

    // ---- membership

    @Override
    public void onAssigned(Set<TopicPartition> added, GroupIdentity newIdentity) {
        lost = false;
        Map<TopicPartition, Long> epochs = assignment.assign(added, ++assignmentId);
        onIdentity(newIdentity);
        queue.call(() -> setup.callbacks().onAssigned(added));
        whenLossesAreHeard(() -> beginAfterCommits(added, epochs));
    }

    private void beginAfterCommits(Set<TopicPartition> added, Map<TopicPartition, Long> epochs) {
        commits.whenEnded(added).thenRun(() -> positions.begin(epochs)).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.error("[{}] Reading of {} did not begin", cluster.options().clientId(), added, failure);
            }
        });
    }

    /**
     * As long as the application does not know of a loss, what it commits may be stored: in the offsets, or by a transaction. The
     * coordinator takes a member that is back for the one that it was (KAFKA-19233).
     */
    private void whenLossesAreHeard(Runnable next) {
        if (unheardLosses == 0) {
            next.run();
        } else {
            untilLossesAreHeard.add(next);
        }
    }

    private void onLossHeard() {
        unheardLosses--;
        if (unheardLosses == 0) {
            List<Runnable> heard = List.copyOf(untilLossesAreHeard);
            untilLossesAreHeard.clear();
            heard.forEach(Runnable::run);
        }
    }

    @Override
    public void onIdentity(@Nullable GroupIdentity newIdentity) {
        setIdentity(newIdentity == null ? null : newIdentity.at(assignmentId));
    }

    @Override
    public void onRevoking(Set<TopicPartition> partitions, Runnable revoked) {
        if (partitions.isEmpty()) {
            home.execute(() -> onRevoked(partitions, revoked));
            return;
        }
        long deadlineNanos = home.nanoTime() + options.maxPollInterval().toNanos();
        long id = assignmentId;
        queue.call(() -> {
            // They may have been lost while the application was busy.
            if (assignment.holdsAny(partitions, id)) {
                try {
                    revocation.onRevoking(partitions, deadlineNanos);
                } finally {
                    assignment.remove(partitions, id);
                    home.execute(() -> onRevoked(partitions, revoked));
                }
            }
        });
    }

    private void onRevoked(Set<TopicPartition> partitions, Runnable revoked) {
        Set<TopicPartition> assigned = assignment.partitions();
        partitions.stream().filter(partition -> !assigned.contains(partition)).forEach(positions::stop);
        CompletableFuture<Void> idle = commits.whenIdle();
        EventLoop.Timer grace = home.schedule(() -> idle.complete(null), COMMIT_GRACE.toNanos());
        idle.thenRun(() -> {
            grace.cancel();
            revoked.run();
        });
    }

    @Override
    public void onLost(Set<TopicPartition> partitions) {
        boolean isNews = assignment.holdsAny(partitions, assignmentId);
        // Before they are gone: who finds nothing to commit is to see why.
        lost |= !partitions.isEmpty();
        lossesToTell.addAndGet(isNews ? 1 : 0);
        assignment.remove(partitions, assignmentId);
        partitions.forEach(positions::stop);
        if (isNews) {
            setup.callbacks().onLosing(partitions);
            unheardLosses++;
            queue.call(() -> {
                try {
                    setup.callbacks().onLost(partitions);
                } finally {
                    lossesToTell.decrementAndGet();
                    home.execute(this::onLossHeard);
                }
            });
        }
    }

    @Override
    public void onFailed(KafkaException cause) {
        queue.end(cause);
    }

    /** The topic is another one: only what is read of that one can be committed from now on. */
    private Optional<Long> restart(TopicPartition partition, long fetchEpoch) {
        Optional<Long> newEpoch = assignment.restart(partition, fetchEpoch, ++assignmentId);
        GroupIdentity as = identity;
        if (newEpoch.isPresent() && as != null) {
            onIdentity(as);
        }
        return newEpoch;
    }

    /** Where each partition is read. */
    Positions positions() {
        return positions;
    }

    // ---- commits

    CompletableFuture<Void> commit(GroupIdentity as, Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        return commits.commit(as, offsets, timeout);
    }

    /**
     * Commits those that are still held by the assignment that they were reached under, as the member of this moment; not those
     * beyond the position, which was set back since: their records are gone, or are to be read again. Fails if some of them could
     * not be committed and may be later.
     */
    CompletableFuture<Void> commitHeld(Map<TopicPartition, HeldOffset> offsets, Duration timeout) {
        Map<TopicPartition, OffsetAndMetadata> held = new TreeMap<>();
        offsets.forEach((partition, offset) -> {
            boolean isReached = assignment.offset(partition).orElse(-1) >= offset.offset();
            if (assignment.tenure(partition) == offset.tenure() && isReached) {
                held.put(
                        partition,
                        new OffsetAndMetadata(
                                offset.offset(), assignment.leaderEpochBefore(partition, offset.offset()), ""));
            }
        });
        Set<TopicPartition> unknown = removeUnknown(held).keySet();
        GroupIdentity as = identity;
        if (as == null && !held.isEmpty()) {
            return CompletableFuture.failedFuture(Commits.notAMember());
        }
        CompletableFuture<Void> committed =
                as == null || held.isEmpty() ? commits.whenIdle() : commits.commit(as, held, timeout);
        return unknown.isEmpty()
                ? committed
                : committed.thenCompose(nothing -> CompletableFuture.failedFuture(notThere(unknown)));
    }

    /**
     * Takes out, and returns, what is of topics that are not known at the moment. By name it must not be committed: the name may
     * be another topic's by then. But a broker that has just started does not know its topics either, so it is kept for later.
     */
    private Map<TopicPartition, OffsetAndMetadata> removeUnknown(Map<TopicPartition, OffsetAndMetadata> offsets) {
        Map<TopicPartition, OffsetAndMetadata> unknown = new TreeMap<>(offsets);
        unknown.keySet().removeIf(partition -> cluster.metadata().topic(partition.topic()) != null);
        offsets.keySet().removeAll(unknown.keySet());
        return unknown;
    }

    private static KafkaException notThere(Set<TopicPartition> partitions) {
        return ErrorDetails.ofCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                .hint("Nothing was committed of " + partitions + ", whose topic the brokers do not know at the moment.")
                .toException();
    }

    @Override
    public boolean onRefused(GroupIdentity as, ErrorCode error) {
        return member != null && member.onCommitRefused(as, error);
    }

    private void scheduleAutoCommit() {
        autoCommitTimer = home.schedule(
                () -> {
                    scheduleAutoCommit();
                    commitProcessed(cluster.options().defaultApiTimeout());
                },
                options.autoCommitInterval().toNanos());
    }

    /** Commits what has been processed since the last time; what fails is tried again with the next. */
    CompletableFuture<Void> commitProcessed(Duration timeout) {
        GroupIdentity as = identity;
        Map<TopicPartition, OffsetAndMetadata> processed = as == null ? new TreeMap<>() : assignment.takeProcessed();
        assignment.putBackProcessed(removeUnknown(processed));
        if (as == null || processed.isEmpty()) {
            return commits.whenIdle();
        }
        return commits.commit(as, processed, timeout).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn(
                        "[{}] The automatic commit failed: {}",
                        cluster.options().clientId(),
                        failure.getMessage());
                assignment.putBackProcessed(processed);
            }
        });
    }

    // ---- the end

    CompletableFuture<Void> whenCommitsAreIdle() {
        return commits.whenIdle();
    }

    /** Leaves the group and stops fetching; the future completes when the group knows, or the time is up. */
    CompletableFuture<Void> close(KafkaException cause, Duration timeout) {
        assert home.inEventLoop();
        closed = true;
        cluster.removeMetadataListener(this);
        for (EventLoop.Timer timer : new EventLoop.@Nullable Timer[] {pollTimer, autoCommitTimer}) {
            if (timer != null) {
                timer.cancel();
            }
        }
        stuckWatch.close();
        positions.close(cause);
        commits.close(cause);
        followed.close();
        assignment.remove(assignment.partitions(), assignmentId);
        return member == null ? CompletableFuture.completedFuture(null) : member.close(timeout);
    }

    @Override
    public String toString() {
        return "ConsumerLoop[" + topics().stream().collect(Collectors.joining(", ")) + "]";
    }
}
