package dev.ottla.config;

import dev.ottla.common.ByteSize;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The rules between the keys of {@link ConsumerOptions}. */
final class ConsumerOptionRules {
    static final List<KeyTable> TABLES = Stream.concat(
                    ConsumerKeys.TABLES.stream(), Stream.of(ProducerKeys.INTERCEPTORS))
            .toList();

    /**
     * Half of it is for answers, and the smallest that is asked for takes 2 MiB; of the other half a batch may take two thirds, so
     * that one of the usual greatest size, 1 MiB, can be decompressed.
     */
    private static final ByteSize MEMORY_MIN = ByteSize.mib(4);

    private ConsumerOptionRules() {}

    static void check(OptionValues values, ClientOptions client, OptionChecks checks) {
        checkGroup(values, checks);
        checkFetch(values, client, checks);
    }

    private static void checkGroup(OptionValues values, OptionChecks checks) {
        checks.rule(
                List.of(ConsumerKeys.HEARTBEAT_INTERVAL, ConsumerKeys.SESSION_TIMEOUT),
                () -> isLess(values, ConsumerKeys.HEARTBEAT_INTERVAL, ConsumerKeys.SESSION_TIMEOUT),
                () -> values.get(ConsumerKeys.HEARTBEAT_INTERVAL) + " must be below " + ConsumerKeys.SESSION_TIMEOUT
                        + " (" + values.get(ConsumerKeys.SESSION_TIMEOUT) + ")");
        checks.rule(
                List.of(ConsumerKeys.ASSIGNORS),
                () -> !values.get(ConsumerKeys.ASSIGNORS).isEmpty(),
                () -> "must name at least one assignor");
        checks.rule(
                List.of(ConsumerKeys.GROUP_INSTANCE_ID, ConsumerKeys.GROUP_ID),
                () -> values.find(ConsumerKeys.GROUP_INSTANCE_ID).isEmpty() || hasGroup(values),
                () -> "needs " + ConsumerKeys.GROUP_ID);
        checks.rule(
                List.of(ConsumerKeys.AUTO_COMMIT, ConsumerKeys.GROUP_ID),
                () -> hasGroup(values)
                        || !checks.isSet(ConsumerKeys.AUTO_COMMIT)
                        || !values.get(ConsumerKeys.AUTO_COMMIT),
                () -> "needs " + ConsumerKeys.GROUP_ID + ": without a group there is nothing to commit to");
    }

    private static void checkFetch(OptionValues values, ClientOptions client, OptionChecks checks) {
        checks.rule(
                List.of(ConsumerKeys.FETCH_MAX, ConsumerKeys.FETCH_MIN),
                () -> values.get(ConsumerKeys.FETCH_MAX).compareTo(values.get(ConsumerKeys.FETCH_MIN)) >= 0,
                () -> values.get(ConsumerKeys.FETCH_MAX) + " must not be below " + ConsumerKeys.FETCH_MIN + " ("
                        + values.get(ConsumerKeys.FETCH_MIN) + ")");
        checks.rule(
                List.of(ConsumerKeys.FETCH_MAX),
                () -> values.get(ConsumerKeys.FETCH_MAX).compareTo(client.maxFrameBytes()) < 0,
                () -> values.get(ConsumerKeys.FETCH_MAX) + " must be below " + ClientKeys.FRAME_MAX + " ("
                        + client.maxFrameBytes() + ")");
        checks.rule(
                List.of(ConsumerKeys.FETCH_WAIT_MAX),
                () -> values.get(ConsumerKeys.FETCH_WAIT_MAX).compareTo(client.requestTimeout()) < 0,
                () -> values.get(ConsumerKeys.FETCH_WAIT_MAX) + " must be below " + ClientKeys.REQUEST_TIMEOUT + " ("
                        + client.requestTimeout() + ")");
        checks.rule(
                List.of(ConsumerKeys.MEMORY),
                () -> values.get(ConsumerKeys.MEMORY).compareTo(MEMORY_MIN) >= 0,
                () -> values.get(ConsumerKeys.MEMORY) + " is below " + MEMORY_MIN
                        + ": one answer of a broker and one batch that is decompressed must fit");
        checks.rule(
                List.of(ConsumerKeys.DECOMPRESSED_MAX),
                () -> values.get(ConsumerKeys.DECOMPRESSED_MAX).bytes() > 0,
                () -> "must be at least 1");
    }

    private static boolean hasGroup(OptionValues values) {
        return values.find(ConsumerKeys.GROUP_ID).isPresent();
    }

    private static boolean isLess(OptionValues values, ConfigKey<Duration> smaller, ConfigKey<Duration> larger) {
        return values.get(smaller).compareTo(values.get(larger)) < 0;
    }
}
