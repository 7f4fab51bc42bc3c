package dev.ottla.consumer.internal.fetch;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;

/** What the home loop may ask of a {@link BrokerFetcher}: everything here runs on the fetcher's own loop. */
@ThreadSafe
final class FetcherCommands {
    private final BrokerFetcher fetcher;
    private final EventLoop loop;
    private final int nodeId;

    FetcherCommands(BrokerFetcher fetcher, EventLoop loop, int nodeId) {
        this.fetcher = fetcher;
        this.loop = loop;
        this.nodeId = nodeId;
    }

    /** The broker that is fetched from. */
    int nodeId() {
        return nodeId;
    }

    /** Hands the cursor over; the caller no longer touches it. */
    void add(PartitionCursor cursor) {
        loop.execute(() -> fetcher.add(cursor));
    }

    /** Asks for the cursor back; {@code onWithdrawn} does not run if the fetcher has given it up by itself. */
    void withdraw(PartitionCursor cursor, Runnable onWithdrawn) {
        loop.execute(() -> {
            if (fetcher.remove(cursor)) {
                onWithdrawn.run();
            }
        });
    }

    /** Forgets the cursor, which nobody wants back. */
    void drop(PartitionCursor cursor) {
        loop.execute(() -> fetcher.remove(cursor));
    }

    void close(KafkaException cause) {
        loop.execute(() -> fetcher.close(cause));
    }
}
