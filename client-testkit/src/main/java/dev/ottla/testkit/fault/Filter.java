package dev.ottla.testkit.fault;

import dev.ottla.internal.protocol.message.ApiKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which frames a fault concerns; no APIs stands for all frames, whether they are Kafka's or not. */
record Filter(
        @Nullable Direction direction,
        Set<ApiKey> apis,
        @Nullable Predicate<ProxiedConnection> connection,
        int skip,
        int every,
        int times) {
    static final Filter EVERYTHING = new Filter(null, Set.of(), null, 0, 1, Integer.MAX_VALUE);

    Filter withDirection(Direction only) {
        return new Filter(only, apis, connection, skip, every, times);
    }

    Filter withApis(Set<ApiKey> only) {
        return new Filter(direction, Set.copyOf(only), connection, skip, every, times);
    }

    Filter withConnection(Predicate<ProxiedConnection> only) {
        return new Filter(direction, apis, connection == null ? only : connection.and(only), skip, every, times);
    }

    Filter withSkip(int frames) {
        return new Filter(direction, apis, connection, frames, every, times);
    }

    Filter withEvery(int nth) {
        return new Filter(direction, apis, connection, skip, nth, times);
    }

    Filter withTimes(int frames) {
        return new Filter(direction, apis, connection, skip, every, frames);
    }

    /** All but the counts. */
    boolean concerns(Direction way, @Nullable ApiKey api, ProxiedConnection of) {
        return (direction == null || direction == way)
                && (apis.isEmpty() || (api != null && apis.contains(api)))
                && (connection == null || connection.test(of));
    }

    /** Whether it concerns the n-th, counted from 0, of the frames that {@link #concerns} lets through. */
    boolean counts(long nth) {
        long afterSkipped = nth - skip;
        return afterSkipped >= 0 && afterSkipped % every == 0 && afterSkipped / every < times;
    }

    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (!apis.isEmpty()) {
            words.add(apis.stream().sorted().toList().toString());
        }
        if (direction != null) {
            words.add(direction + "s");
        }
        if (connection != null) {
            words.add("some connections");
        }
        if (skip > 0) {
            words.add("after " + skip);
        }
        if (every > 1) {
            words.add("each " + every + "th");
        }
        if (times < Integer.MAX_VALUE) {
            words.add("at most " + times);
        }
        return String.join(", ", words);
    }
}
