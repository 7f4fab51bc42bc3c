package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.RejectedExecutionException;

/** Hands work to an event loop that may have ended, because the shared client was closed before the producer. */
@ThreadSafe
final class Loops {
    private Loops() {}

    /** Runs the task on the loop; if the loop has ended, nobody else can run it, and the caller does. */
    static void run(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException ended) {
            task.run();
        }
    }
}
