package dev.ottla.benchmarks.nullbroker;

import dev.ottla.benchmarks.workload.TopicShape;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The topics that clients have named so far; one exists as soon as its name says what is in it. Thread-safe. */
final class CannedTopics {

    /** One topic. */
    record CannedTopic(String name, UUID id, CannedLog log) {
        TopicShape shape() {
            return log.shape();
        }
    }

    private final Map<String, CannedTopic> byName = new ConcurrentHashMap<>();
    private final Map<UUID, CannedTopic> byId = new ConcurrentHashMap<>();

    /** The topic, or null if its name tells nothing. */
    @Nullable
    CannedTopic find(String name) {
        return TopicShape.isName(name) ? byName.computeIfAbsent(name, this::make) : null;
    }

    /** The topic that has been named before, or null. */
    @Nullable
    CannedTopic find(UUID id) {
        return byId.get(id);
    }

    /** As a request names it: by the id in the versions that have it, by name in the others. */
    @Nullable
    CannedTopic find(@Nullable String name, UUID id) {
        return name == null || name.isEmpty() ? find(id) : find(name);
    }

    private CannedTopic make(String name) {
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        CannedTopic topic = new CannedTopic(
                name, id, new CannedLog(TopicShape.parse(name), TopicShape.isPaced(name) ? new Pace() : null));
        byId.put(id, topic);
        return topic;
    }
}
