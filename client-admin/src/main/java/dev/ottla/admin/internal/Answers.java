package dev.ottla.admin.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.Immutable;
import java.util.Map;

/** How each item of a {@link Fanout} ended: every item is in exactly one of the two maps, in the order asked for. */
@Immutable
public record Answers<K, V>(Map<K, V> values, Map<K, KafkaException> failures) {}
