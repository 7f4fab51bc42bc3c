package dev.ottla.consumer;

import dev.ottla.serialization.Deserializer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A deserializer for each topic, asked for once. Thread-safe. */
final class TopicDeserializers<T> {
    private final Deserializer<T> deserializer;
    private final Map<String, Deserializer<T>> byTopic = new ConcurrentHashMap<>();

    TopicDeserializers(Deserializer<T> deserializer) {
        this.deserializer = deserializer;
    }

    /** Before any topic is known. */
    Deserializer<T> forAnyTopic() {
        return deserializer;
    }

    Deserializer<T> forTopic(String topic) {
        Deserializer<T> known = byTopic.get(topic);
        return known != null ? known : byTopic.computeIfAbsent(topic, deserializer::forTopic);
    }
}
