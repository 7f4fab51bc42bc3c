package dev.ottla.testkit.internal.group;

import dev.ottla.internal.concurrent.EventLoop.Timer;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import dev.ottla.testkit.internal.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One member of a KIP-848 group: what it wants, what it has, when it is given up. Owned by the cluster's loop. */
@EventLoopConfined
final class ConsumerMember {
    private final String id;
    private final @Nullable String instanceId;
    private final Client client;
    private @Nullable String rackId;
    private int rebalanceTimeoutMs;
    private List<String> topicNames = List.of();
    private @Nullable Pattern topicPattern;
    private @Nullable String assignor;
    private Reconciliation current = Reconciliation.begin();
    private int previousEpoch = -1;
    private @Nullable Timer session;
    private @Nullable Timer revocation;

    ConsumerMember(String id, @Nullable String instanceId, Client client) {
        this.id = id;
        this.instanceId = instanceId;
        this.client = client;
    }

    /** Takes the place of an earlier incarnation, with what that had (KIP-345). */
    void inherit(ConsumerMember former) {
        current = former.current.withEpoch(0);
        previousEpoch = 0;
        rackId = former.rackId;
        rebalanceTimeoutMs = former.rebalanceTimeoutMs;
        topicNames = former.topicNames;
        topicPattern = former.topicPattern;
        assignor = former.assignor;
    }

    /** Takes over what a request says; what is null stays. Returns whether the group's assignment may change by it. */
    boolean update(ConsumerGroupHeartbeatRequest request) {
        List<String> formerNames = topicNames;
        String formerPattern = patternText();
        String formerAssignor = assignor;
        if (request.rackId() != null) {
            rackId = request.rackId();
        }
        if (request.rebalanceTimeoutMs() != -1) {
            rebalanceTimeoutMs = request.rebalanceTimeoutMs();
        }
        if (request.serverAssignor() != null) {
            assignor = request.serverAssignor();
        }
        List<String> names = request.subscribedTopicNames();
        if (names != null) {
            topicNames = names.stream().sorted().distinct().toList();
        }
        String regex = request.subscribedTopicRegex();
        if (regex != null) {
            topicPattern = regex.isEmpty() ? null : Pattern.compile(regex);
        }
        return !topicNames.equals(formerNames)
                || !patternText().equals(formerPattern)
                || (assignor != null && !assignor.equals(formerAssignor));
    }

    String id() {
        return id;
    }

    @Nullable
    String instanceId() {
        return instanceId;
    }

    @Nullable
    String rackId() {
        return rackId;
    }

    Client client() {
        return client;
    }

    int rebalanceTimeoutMs() {
        return rebalanceTimeoutMs;
    }

    /** The assignor that the member asks for; null for any. */
    @Nullable
    String assignor() {
        return assignor;
    }

    List<String> topicNames() {
        return topicNames;
    }

    /** The regular expression; empty if there is none. */
    String patternText() {
        return topicPattern == null ? "" : topicPattern.pattern();
    }

    boolean isSubscribedTo(String topic) {
        return topicNames.contains(topic)
                || (topicPattern != null && topicPattern.matcher(topic).matches());
    }

    List<Topic> subscribedOf(Iterable<Topic> topics) {
        List<Topic> subscribed = new ArrayList<>();
        for (Topic each : topics) {
            if (isSubscribedTo(each.name())) {
                subscribed.add(each);
            }
        }
        return subscribed;
    }

    Reconciliation current() {
        return current;
    }

    int epoch() {
        return current.epoch();
    }

    int previousEpoch() {
        return previousEpoch;
    }

    void move(Reconciliation next) {
        if (next.epoch() != current.epoch()) {
            previousEpoch = current.epoch();
        }
        current = next;
    }

    /** Replaces the timer that ends the membership of a silent member. */
    void session(@Nullable Timer timer) {
        if (session != null) {
            session.cancel();
        }
        session = timer;
    }

    boolean isRevocationTimed() {
        return revocation != null;
    }

    /** Replaces the timer that ends the membership of a member that does not give up what it was told to. */
    void revocation(@Nullable Timer timer) {
        if (revocation != null) {
            revocation.cancel();
        }
        revocation = timer;
    }
}
