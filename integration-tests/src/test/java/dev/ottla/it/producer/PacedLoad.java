package dev.ottla.it.producer;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** A thread that sends numbers one after the other, at a steady pace however long acknowledgements take. */
final class PacedLoad implements AutoCloseable {
    private static final long INTERVAL_NANOS = Duration.ofMillis(2).toNanos();

    private final IntFunction<CompletableFuture<Long>> send;
    private final Ledger ledger;
    private final Thread sender = new Thread(this::run, "paced-load");
    private volatile boolean isOver;

    /**
     * Begins at once.
     *
     * @param send sends a number and returns the offset that it is acknowledged with
     */
    PacedLoad(Ledger ledger, IntFunction<CompletableFuture<Long>> send) {
        this.ledger = ledger;
        this.send = send;
        sender.start();
    }

    private void run() {
        long nextNanos = System.nanoTime();
        while (!isOver) {
            ledger.sent(send.apply(ledger.size()));
            nextNanos += INTERVAL_NANOS;
            LockSupport.parkNanos(nextNanos - System.nanoTime());
        }
    }

    /** Sends no more. */
    @Override
    public void close() {
        isOver = true;
        await().atMost(Duration.ofMinutes(1)).until(() -> !sender.isAlive());
    }
}
