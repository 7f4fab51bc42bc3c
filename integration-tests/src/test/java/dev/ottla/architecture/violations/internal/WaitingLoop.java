package dev.ottla.architecture.violations.internal;

import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** Breaks: waits for a future on an event loop, and while it holds a lock. */
@EventLoopConfined
public final class WaitingLoop {
    private final ReentrantLock lock = new ReentrantLock();

    public String await(CompletableFuture<String> future) {
        lock.lock();
        try {
            return future.join();
        } finally {
            lock.unlock();
        }
    }

    /** Breaks the same rule from inside: nested classes run on the loop of the class around them. */
    static final class Nested {
        String await(CompletableFuture<String> future) {
            return future.join();
        }
    }
}
