package dev.ottla.config;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The rules between the keys of {@link ProducerOptions}. */
final class ProducerOptionRules {
    private static final int IDEMPOTENT_IN_FLIGHT_MAX = 5;

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
        checkIdempotence(values, checks);
    }

    /** The deadline of a record; the default gives way to a longer linger and request. */
    static Duration deliveryTimeout(OptionValues values, ClientOptions client) {
        return values.notBelow(ProducerKeys.DELIVERY_TIMEOUT, lingerAndRequest(values, client));
    }

    /** As in Kafka, idempotence that was not asked for gives way to acks and retries that exclude it. */
    static boolean isIdempotent(OptionValues values) {
        return values.get(ProducerKeys.IDEMPOTENCE) && allReplicasConfirm(values) && retries(values);
    }

    private static void checkIdempotence(OptionValues values, OptionChecks checks) {
        BooleanSupplier isAskedFor =
                () -> checks.isSet(ProducerKeys.IDEMPOTENCE) && values.get(ProducerKeys.IDEMPOTENCE);
        checks.rule(
                List.of(ProducerKeys.ACKS, ProducerKeys.IDEMPOTENCE),
                () -> !isAskedFor.getAsBoolean() || allReplicasConfirm(values),
                () -> "must be all with " + ProducerKeys.IDEMPOTENCE + "=true");
        checks.rule(
                List.of(ProducerKeys.RETRIES, ProducerKeys.IDEMPOTENCE),
                () -> !isAskedFor.getAsBoolean() || retries(values),
                () -> "must not be 0 with " + ProducerKeys.IDEMPOTENCE + "=true");
        checks.rule(
                List.of(ProducerKeys.IN_FLIGHT_MAX, ProducerKeys.IDEMPOTENCE),
                () -> !values.get(ProducerKeys.IDEMPOTENCE)
                        || values.get(ProducerKeys.IN_FLIGHT_MAX) <= IDEMPOTENT_IN_FLIGHT_MAX,
                () -> values.get(ProducerKeys.IN_FLIGHT_MAX) + " must be at most " + IDEMPOTENT_IN_FLIGHT_MAX + " with "
                        + ProducerKeys.IDEMPOTENCE + "=true");
    }

    private static boolean allReplicasConfirm(OptionValues values) {
        return values.get(ProducerKeys.ACKS) == Acks.ALL;
    }

    private static boolean retries(OptionValues values) {
        return values.get(ProducerKeys.RETRIES) > 0;
    }

    private static Duration lingerAndRequest(OptionValues values, ClientOptions client) {
        return values.get(ProducerKeys.LINGER).plus(client.requestTimeout());
    }
}
