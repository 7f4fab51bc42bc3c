package dev.ottla.config;

import java.util.List;
import java.util.stream.Stream;

/** The rules between the keys of {@link ClientOptions}. */
final class ClientOptionRules {
    static final List<KeyTable> TABLES = Stream.of(ClientKeys.TABLES, SecurityKeys.TABLES)
            .flatMap(List::stream)
            .toList();

    private ClientOptionRules() {}

    static void check(OptionValues values, OptionChecks checks) {
        checks.rule(
                List.of(ClientKeys.BOOTSTRAP_SERVERS),
                () -> !values.get(ClientKeys.BOOTSTRAP_SERVERS).isEmpty(),
                () -> "is required: give at least one host:port");
        checks.rule(
                List.of(ClientKeys.REQUEST_TIMEOUT),
                () -> !values.get(ClientKeys.REQUEST_TIMEOUT).isZero(),
                () -> "must be at least 1 ms");
        checks.rule(
                List.of(ClientKeys.FRAME_MAX),
                () -> values.get(ClientKeys.FRAME_MAX).bytes() > 0,
                () -> "must be at least 1");
        checks.rule(
                List.of(ClientKeys.FRAME_MAX),
                () -> values.get(ClientKeys.FRAME_MAX).bytes() <= Integer.MAX_VALUE,
                () -> "must be at most 2147483647, because a frame's length is an int");
        checks.notBelow(values, ClientKeys.DEFAULT_API_TIMEOUT, ClientKeys.REQUEST_TIMEOUT);
        checks.notBelow(values, ClientKeys.SETUP_TIMEOUT_MAX, ClientKeys.SETUP_TIMEOUT);
        checks.notBelow(values, ClientKeys.RECONNECT_BACKOFF_MAX, ClientKeys.RECONNECT_BACKOFF);
        checks.notBelow(values, ClientKeys.RETRY_BACKOFF_MAX, ClientKeys.RETRY_BACKOFF);
        SecurityOptions.check(values, checks);
    }
}
