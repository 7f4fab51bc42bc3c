package dev.ottla.config;

import java.time.Duration;
import java.util.List;

/** The rules between the keys of {@link ProducerOptions}. */
final class ProducerOptionRules {
    private ProducerOptionRules() {}

    static void check(OptionValues values, ClientOptions client, OptionChecks checks) {
        checks.rule(
                List.of(ProducerKeys.REQUEST_SIZE_MAX),
                () -> values.get(ProducerKeys.REQUEST_SIZE_MAX).bytes() > 0,
                () -> "must be at least 1");
        checks.rule(
                List.of(ProducerKeys.BUFFER_MEMORY, ProducerKeys.BATCH_SIZE),
                () -> values.get(ProducerKeys.BUFFER_MEMORY).compareTo(values.get(ProducerKeys.BATCH_SIZE)) >= 0,
                () -> values.get(ProducerKeys.BUFFER_MEMORY) + " must not be below " + ProducerKeys.BATCH_SIZE + " ("
                        + values.get(ProducerKeys.BATCH_SIZE) + ")");
        checks.rule(
                List.of(ProducerKeys.DELIVERY_TIMEOUT, ProducerKeys.LINGER),
                () -> !checks.isSet(ProducerKeys.DELIVERY_TIMEOUT)
                        || values.get(ProducerKeys.DELIVERY_TIMEOUT).compareTo(lingerAndRequest(values, client)) >= 0,
                () -> values.get(ProducerKeys.DELIVERY_TIMEOUT) + " must not be below " + ProducerKeys.LINGER + " ("
                        + values.get(ProducerKeys.LINGER) + ") + " + ClientKeys.REQUEST_TIMEOUT + " ("
                        + client.requestTimeout() + ")");
    }

    /** The deadline of a record; the default gives way to a longer linger and request. */
    static Duration deliveryTimeout(OptionValues values, ClientOptions client) {
        return values.notBelow(ProducerKeys.DELIVERY_TIMEOUT, lingerAndRequest(values, client));
    }

    private static Duration lingerAndRequest(OptionValues values, ClientOptions client) {
        return values.get(ProducerKeys.LINGER).plus(client.requestTimeout());
    }
}
