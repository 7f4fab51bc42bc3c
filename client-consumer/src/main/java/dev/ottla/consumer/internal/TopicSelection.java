package dev.ottla.consumer.internal;

import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.Immutable;
import java.util.Set;
import java.util.regex.Pattern;

/** Which topics a member of a group subscribes to. */
@Immutable
public sealed interface TopicSelection {
    /** None: partitions are assigned by the application. */
    static TopicSelection none() {
        return new Named(Set.of());
    }

    /** These. */
    record Named(Set<String> names) implements TopicSelection {
        /** Copies the names. */
        public Named {
            names = Copies.of(names);
        }
    }

    /** Those whose whole names match, as the client finds them in the cluster. */
    record Matching(Pattern pattern) implements TopicSelection {}

    /** Those that brokers find to match. */
    record MatchingAtBroker(String pattern) implements TopicSelection {}

    /** The names that are known without asking anybody. */
    default Set<String> fixedNames() {
        return this instanceof Named named ? named.names() : Set.of();
    }
}
