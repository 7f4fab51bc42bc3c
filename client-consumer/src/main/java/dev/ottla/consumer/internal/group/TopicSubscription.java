package dev.ottla.consumer.internal.group;

import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one member of a group is subscribed to now; told to the coordinator by the member, changed by {@link PatternMember} or
 * the application. Owned by the home loop.
 */
@EventLoopConfined
public final class TopicSubscription {
    private final @Nullable String brokerPattern;
    private Set<String> names;

    private TopicSubscription(Set<String> names, @Nullable String brokerPattern) {
        this.names = Copies.of(names);
        this.brokerPattern = brokerPattern;
    }

    /** A subscription to these topics. */
    public static TopicSubscription to(Set<String> names) {
        return new TopicSubscription(names, null);
    }

    /** A subscription to what brokers find to match. */
    public static TopicSubscription matchingAtBroker(String pattern) {
        return new TopicSubscription(Set.of(), pattern);
    }

    /** The topics subscribed to by name. */
    Set<String> names() {
        return names;
    }

    /** What brokers are to match; null if topics are subscribed to by name. */
    @Nullable
    String brokerPattern() {
        return brokerPattern;
    }

    /** These topics in place of those so far; the member is to hear of it. */
    public void change(Set<String> newNames) {
        names = Copies.of(newNames);
    }
}
