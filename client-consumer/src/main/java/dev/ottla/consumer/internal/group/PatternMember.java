package dev.ottla.consumer.internal.group;

import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member whose topics are those with matching names: asks for all topics before the member joins and again whenever the
 * metadata has been refreshed, and keeps the {@link TopicSubscription} of the member that it wraps. Owned by the home loop.
 */
@EventLoopConfined
public final class PatternMember implements GroupMember {
    private static final Logger LOG = LoggerFactory.getLogger(PatternMember.class);
    private static final MetadataRequest ALL_TOPICS = new MetadataRequest(null, false, false, false);

    /**
     * What to subscribe to.
     *
     * @param isRead whether any partition of a topic is this consumer's
     */
    public record Matching(Pattern pattern, boolean excludeInternal, Predicate<String> isRead) {}

    private final Cluster cluster;
    private final EventLoop home;
    private final Matching matching;
    private final TopicSubscription subscription;
    private final GroupMember member;
    private final ExponentialBackoff backoff;

    /** Written on the home loop only; polling threads look whether the topics are known. */
    private volatile boolean known;

    /** The application polls, and nobody has joined for it yet. */
    private boolean toJoin;

    /** Subscribed to, and not in the answers since then. */
    private final Map<String, Long> missingSinceNanos = new HashMap<>();

    private final FollowedTopics followed;

    private boolean underWay;

    /** The next look that no event asks for; at most one, as each look makes the one before superfluous. */
    private EventLoop.@Nullable Timer nextLook;

    private boolean closed;
    private int failures;
    private long lastAnswerNanos;

    /** Changes {@code subscription}, which is the member's. */
    public PatternMember(Cluster cluster, Matching matching, TopicSubscription subscription, GroupMember member) {
        this.cluster = cluster;
        this.home = cluster.homeLoop();
        this.matching = matching;
        this.followed = new FollowedTopics(cluster, false, matching.isRead());
        this.subscription = subscription;
        this.member = member;
        this.backoff = new ExponentialBackoff(
                cluster.options().retryBackoff(),
                cluster.options().retryBackoffMax(),
                cluster.runtime().newRandom());
    }

    @Override
    public boolean waitsForPoll() {
        return !known || member.waitsForPoll();
    }

    @Override
    public boolean isSessionOver() {
        return member.isSessionOver();
    }

    @Override
    public void onPoll() {
        assert home.inEventLoop();
        if (known) {
            member.onPoll();
        } else {
            toJoin = true;
            look();
        }
    }

    @Override
    public void onPollMissed() {
        toJoin = false;
        member.onPollMissed();
    }

    @Override
    public void onMetadata() {
        assert home.inEventLoop();
        long sinceNanos = home.nanoTime() - lastAnswerNanos;
        if (known && sinceNanos >= cluster.options().retryBackoffMax().toNanos()) {
            look();
        }
        member.onMetadata();
        followed.letGo();
    }

    private void look() {
        if (underWay || closed) {
            return;
        }
        cancelNextLook();
        underWay = true;
        cluster.call(new Call<>(
                        Route.ANY,
                        ALL_TOPICS,
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.NONE,
                        cluster.options().requestTimeout()))
                .whenComplete((response, failure) -> {
                    underWay = false;
                    if (closed) {
                        return;
                    }
                    if (response != null) {
                        onAnswer(response);
                    } else {
                        onUnanswered(failure);
                    }
                });
    }

    private void lookIn(long delayNanos) {
        cancelNextLook();
        nextLook = home.schedule(this::look, delayNanos);
    }

    private void cancelNextLook() {
        if (nextLook != null) {
            nextLook.cancel();
            nextLook = null;
        }
    }

    private void onUnanswered(@Nullable Throwable failure) {
        failures++;
        LOG.debug(
                "[{}] The topics of the cluster are not known: {}",
                cluster.options().clientId(),
                failure == null ? "no answer" : ClusterFailures.of(failure).getMessage());
        lookIn(backoff.delayNanos(failures));
    }

    private void onAnswer(MetadataResponse response) {
        failures = 0;
        lastAnswerNanos = home.nanoTime();
        Set<String> topics = matching(response);
        Set<String> absent = new TreeSet<>(subscription.names());
        absent.removeAll(topics);
        absent.removeIf(this::isGone);
        missingSinceNanos.keySet().retainAll(absent);
        if (!absent.isEmpty()) {
            topics.addAll(absent);
            lookIn(cluster.options().retryBackoffMax().toNanos());
        }
        onTopics(topics);
    }

    private boolean isGone(String missing) {
        long now = home.nanoTime();
        return now - missingSinceNanos.computeIfAbsent(missing, topic -> now) >= GroupLeader.GONE_AFTER.toNanos();
    }

    private Set<String> matching(MetadataResponse response) {
        Set<String> found = new TreeSet<>();
        for (MetadataResponse.MetadataResponseTopic topic : response.topics()) {
            String name = topic.name();
            ErrorCode error = ErrorCode.of(topic.errorCode());
            boolean exists = error == ErrorCode.NONE || error == ErrorCode.LEADER_NOT_AVAILABLE;
            boolean hidden = matching.excludeInternal() && topic.isInternal();
            if (name != null
                    && exists
                    && !hidden
                    && matching.pattern().matcher(name).matches()) {
                found.add(name);
            }
        }
        return found;
    }

    private void onTopics(Set<String> topics) {
        boolean joins = toJoin;
        toJoin = false;
        known = true;
        if (!topics.equals(subscription.names())) {
            LOG.info("[{}] Topics that match {}: {}", cluster.options().clientId(), matching.pattern(), topics);
            subscription.change(topics);
            followed.follow(topics);
            member.onSubscription();
        }
        if (joins) {
            member.onPoll();
        }
    }

    @Override
    public void onSubscription() {
        member.onSubscription();
    }

    @Override
    public boolean onCommitRefused(GroupIdentity as, ErrorCode error) {
        return member.onCommitRefused(as, error);
    }

    @Override
    public CompletableFuture<Void> close(Duration timeout) {
        assert home.inEventLoop();
        closed = true;
        cancelNextLook();
        followed.close();
        return member.close(timeout);
    }
}
