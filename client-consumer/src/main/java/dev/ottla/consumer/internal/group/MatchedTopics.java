package dev.ottla.consumer.internal.group;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The topics that a coordinator has assigned by id and that nobody here has named, because brokers matched a pattern: asks for
 * their names, and has their metadata kept fresh as long as they are assigned. Owned by the home loop, for a
 * {@link ConsumerMember}.
 */
@EventLoopConfined
final class MatchedTopics {
    private final Cluster cluster;

    /** Those whose names were asked for; each is tracked. */
    private final Map<UUID, String> names = new HashMap<>();

    private boolean underWay;
    private boolean closed;

    MatchedTopics(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Makes these ids known to the cluster's metadata; whoever waits for them hears of it as of other changes. */
    void find(Set<UUID> unknown) {
        cluster.refreshMetadata("a topic was assigned whose metadata is not known yet");
        List<MetadataRequest.MetadataRequestTopic> asked = unknown.stream()
                .filter(id -> !names.containsKey(id))
                .sorted()
                .map(id -> new MetadataRequest.MetadataRequestTopic(id, null))
                .toList();
        if (underWay || closed || asked.isEmpty()) {
            return;
        }
        underWay = true;
        cluster.call(new Call<>(
                        Route.ANY,
                        new MetadataRequest(asked, false, false, false),
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.NONE,
                        cluster.options().requestTimeout()))
                .whenComplete((response, failure) -> {
                    underWay = false;
                    if (response != null && !closed) {
                        response.topics().forEach(this::onNamed);
                    }
                });
    }

    /** The name of a topic with this id is known, and it is assigned: has its metadata kept fresh. */
    void follow(UUID id, String name) {
        if (!closed && names.putIfAbsent(id, name) == null) {
            cluster.trackExisting(name);
        }
    }

    private void onNamed(MetadataResponse.MetadataResponseTopic topic) {
        String name = topic.name();
        if (topic.errorCode() == ErrorCode.NONE.code() && name != null) {
            follow(topic.topicId(), name);
        }
    }

    /** Lets go of those of which this is not true. */
    void retain(Predicate<UUID> byId, Predicate<String> byName) {
        names.entrySet().removeIf(topic -> {
            boolean gone = !byId.test(topic.getKey()) && !byName.test(topic.getValue());
            if (gone) {
                cluster.untrackExisting(topic.getValue());
            }
            return gone;
        });
    }

    void close() {
        closed = true;
        retain(id -> false, name -> false);
    }
}
