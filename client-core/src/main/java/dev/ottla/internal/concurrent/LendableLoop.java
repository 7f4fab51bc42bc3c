package dev.ottla.internal.concurrent;

import java.util.function.BooleanSupplier;

/**
 * A loop that a thread of the application can run itself while it waits for what the loop brings, so that what comes from the
 * socket need not be handed from one processor's cache to another's. While nobody has it on loan, and soon after a borrower
 * stopped coming back, a thread of its own runs it, so everything on it goes on whatever the application does.
 */
@ThreadSafe
public interface LendableLoop extends EventLoop {

    /**
     * Runs the loop on the calling thread until there is enough, the time is up, the thread is interrupted or the loop ends. If
     * there is enough, the loop stays on loan and is not run by anybody, for some milliseconds: the caller is expected
     * to come back. Otherwise it is given back. The answer is asked for between two pieces of work; who changes it from
     * another thread calls {@link #nudge}.
     *
     * @return whether there is enough
     * @throws InterruptedException if the thread is interrupted while it waits for another to let go of the loop
     */
    boolean runUntil(BooleanSupplier enough, long timeoutNanos) throws InterruptedException;

    /** Has the borrower that waits in {@link #runUntil} ask again whether there is enough; cheap if there is none. */
    void nudge();

    /** Ends the loop after the tasks that it has; returns at once. */
    void shutdown();
}
