package dev.ottla.producer.internal.txn;

import dev.ottla.config.ClientOptions;
import dev.ottla.internal.concurrent.Immutable;
import java.time.Duration;

/**
 * What the transactions of one id are run with.
 *
 * @param timeout after which the coordinator aborts an open transaction ({@code transaction.timeout.ms})
 * @param maxBlock how long a question to a coordinator is repeated ({@code max.block.ms})
 */
@Immutable
public record TransactionOptions(String transactionalId, Duration timeout, Duration maxBlock, ClientOptions client) {

    int timeoutMs() {
        return (int) timeout.toMillis();
    }
}
