package dev.ottla.config;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules between the keys of {@link ProducerOptions}. */
final class ProducerOptionRules {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerOptionRules.class);

    /** Brokers remember the last five batches of a producer in a partition, to tell duplicates by (KAFKA-5494). */
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
        checkTransactions(values, checks);
    }

    /** What contradicts idempotence is an error if it was asked for; else some of it turns the default off, as in Kafka. */
    private static void checkIdempotence(OptionValues values, OptionChecks checks) {
        boolean isAskedFor = checks.isSet(ProducerKeys.IDEMPOTENCE) && values.get(ProducerKeys.IDEMPOTENCE);
        checks.rule(
                List.of(ProducerKeys.ACKS, ProducerKeys.IDEMPOTENCE),
                () -> !isAskedFor || values.get(ProducerKeys.ACKS) == Acks.ALL,
                () -> "must be all with " + ProducerKeys.IDEMPOTENCE);
        checks.rule(
                List.of(ProducerKeys.RETRIES, ProducerKeys.IDEMPOTENCE),
                () -> !isAskedFor || values.get(ProducerKeys.RETRIES) > 0,
                () -> "must not be 0 with " + ProducerKeys.IDEMPOTENCE);
        checks.rule(
                List.of(ProducerKeys.IN_FLIGHT_MAX, ProducerKeys.IDEMPOTENCE),
                () -> !values.get(ProducerKeys.IDEMPOTENCE)
                        || values.get(ProducerKeys.IN_FLIGHT_MAX) <= IDEMPOTENT_IN_FLIGHT_MAX,
                () -> "must be at most " + IDEMPOTENT_IN_FLIGHT_MAX + " with " + ProducerKeys.IDEMPOTENCE
                        + ", which is on unless it is set to false");
    }

    private static void checkTransactions(OptionValues values, OptionChecks checks) {
        checks.rule(
                List.of(ProducerKeys.TRANSACTIONAL_ID, ProducerKeys.IDEMPOTENCE),
                () -> values.find(ProducerKeys.TRANSACTIONAL_ID).isEmpty() || isIdempotencePossible(values),
                () -> "needs " + ProducerKeys.IDEMPOTENCE + ", " + ProducerKeys.ACKS + "=all and "
                        + ProducerKeys.RETRIES + " above 0");
        checks.rule(
                List.of(ProducerKeys.TRANSACTION_TIMEOUT),
                () -> !values.get(ProducerKeys.TRANSACTION_TIMEOUT).isZero(),
                () -> "must be at least 1 ms");
    }

    private static boolean isIdempotencePossible(OptionValues values) {
        return values.get(ProducerKeys.IDEMPOTENCE)
                && values.get(ProducerKeys.ACKS) == Acks.ALL
                && values.get(ProducerKeys.RETRIES) > 0;
    }

    /** Whether the producer is idempotent; called after the checks. */
    static boolean isIdempotent(OptionValues values) {
        if (!values.get(ProducerKeys.IDEMPOTENCE)) {
            return false;
        }
        boolean isPossible = isIdempotencePossible(values);
        if (!isPossible) {
            LOG.info(
                    "{} is off because of {}={}, {}={}",
                    ProducerKeys.IDEMPOTENCE,
                    ProducerKeys.ACKS,
                    values.get(ProducerKeys.ACKS),
                    ProducerKeys.RETRIES,
                    values.get(ProducerKeys.RETRIES));
        }
        return isPossible;
    }

    /** The deadline of a record; the default gives way to a longer linger and request. */
    static Duration deliveryTimeout(OptionValues values, ClientOptions client) {
        return values.notBelow(ProducerKeys.DELIVERY_TIMEOUT, lingerAndRequest(values, client));
    }

    private static Duration lingerAndRequest(OptionValues values, ClientOptions client) {
        return values.get(ProducerKeys.LINGER).plus(client.requestTimeout());
    }
}
