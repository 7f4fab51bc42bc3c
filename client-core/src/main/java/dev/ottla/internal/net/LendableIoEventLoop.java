package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.ThreadSafe;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's event loop, run by one thread at a time, but not always the same: its own, the keeper, or one that has it on loan.
 * Whoever runs it is its driver, and for Netty the loop's thread; taking over from another driver orders all that he did
 * before. While the loop is on loan nobody drives it between two visits of the borrower; the keeper looks after it every few
 * milliseconds, and at once if another thread hands over a task.
 */
@ThreadSafe
final class LendableIoEventLoop extends SingleThreadIoEventLoop {
    /**
     * How often the keeper looks after a loop that is on loan: no timer is later than that, and a borrower that was not there
     * between two looks has lost the loan.
     */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** After tasks for as long it is asked again whether there is enough, and what the sockets have. */
    private static final long TASKS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long UNLIMITED = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(LendableIoEventLoop.class);

    private final AtomicReference<@Nullable Thread> driver = new AtomicReference<>();
    private final Turn turn = new Turn();

    /** Null until the loop has begun. */
    private volatile @Nullable Thread keeper;

    /** Who drove it last on loan; null if it is not on loan. */
    private volatile @Nullable Thread borrower;

    /** Waits for the driver to let go. The keeper takes it out, and makes it the driver. */
    private final AtomicReference<@Nullable Thread> claimant = new AtomicReference<>();

    /** The borrower has been here since the keeper looked last. */
    private volatile boolean isLoanUsed;

    LendableIoEventLoop(ThreadFactory threads, IoHandlerFactory ioHandlers) {
        super(null, threads, ioHandlers);
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return driver.get() == thread;
    }

    /** What the borrower hands over between two visits waits for the next of them, or the keeper's next look; all else does not. */
    @Override
    public void execute(Runnable task) {
        super.execute(task);
        if (driver.get() == null && borrower != Thread.currentThread()) {
            LockSupport.unpark(keeper);
        }
    }

    /** See {@link dev.ottla.internal.concurrent.LendableLoop#runUntil}. */
    boolean runUntil(BooleanSupplier enough, long timeoutNanos) {
        Thread caller = Thread.currentThread();
        long deadlineNanos = ticker().nanoTime() + timeoutNanos;
        if (keeper == null || VirtualThreads.isVirtual(caller) || !claim(caller, deadlineNanos)) {
            return false;
        }
        borrower = caller;
        isLoanUsed = true;
        boolean isEnough = false;
        try {
            isEnough = driveUntil(enough, deadlineNanos);
        } finally {
            if (!isEnough) {
                borrower = null;
            }
            letGo();
        }
        return isEnough;
    }

    private boolean driveUntil(BooleanSupplier enough, long deadlineNanos) {
        Thread caller = Thread.currentThread();
        while (!enough.getAsBoolean()) {
            long left = deadlineNanos - ticker().nanoTime();
            if (left <= 0 || isShuttingDown() || caller.isInterrupted()) {
                return false;
            }
            runOnce(left);
        }
        return true;
    }

    private boolean claim(Thread caller, long deadlineNanos) {
        if (driver.compareAndSet(null, caller)) {
            return true;
        }
        if (!claimant.compareAndSet(null, caller)) {
            return false;
        }
        wakeup(false);
        while (driver.get() != caller && !driver.compareAndSet(null, caller)) {
            long left = deadlineNanos - ticker().nanoTime();
            boolean givesUp = left <= 0 || isShuttingDown() || caller.isInterrupted();
            if (!givesUp) {
                LockSupport.parkNanos(this, left);
            } else if (claimant.compareAndSet(caller, null)) {
                return false;
            } else {
                // The keeper is about to make the caller the driver.
                Thread.onSpinWait();
            }
        }
        claimant.compareAndSet(caller, null);
        return true;
    }

    /** Whoever finds the loop without a driver now either sees the task that came too late for the last, or is told of it. */
    private void letGo() {
        driver.set(null);
        LockSupport.unpark(claimant.get());
        if (borrower == null || pendingTasks() > 0) {
            LockSupport.unpark(keeper);
        }
    }

    /** See {@link dev.ottla.internal.concurrent.LendableLoop#nudge}. */
    void nudge() {
        Thread current = driver.get();
        if (current != null && current != keeper && current != Thread.currentThread()) {
            try {
                execute(() -> {});
            } catch (RejectedExecutionException ended) {
                LOG.debug("The loop has ended: nobody waits in it", ended);
            }
        }
    }

    @Override
    protected void run() {
        driver.set(Thread.currentThread());
        keeper = Thread.currentThread();
        ioHandler().initialize();
        boolean isEnding;
        do {
            runOnce(UNLIMITED);
            if (!isShuttingDown()) {
                lendIfClaimed();
            }
            isEnding = isShuttingDown();
            if (isEnding) {
                LockSupport.unpark(claimant.get());
                ioHandler().prepareToDestroy();
                runAllTasks();
            }
        } while (!isEnding || !confirmShutdown());
    }

    private void lendIfClaimed() {
        Thread next = claimant.getAndSet(null);
        if (next != null) {
            borrower = next;
            isLoanUsed = true;
            driver.set(next);
            LockSupport.unpark(next);
            awaitEndOfLoan();
        }
    }

    /** Comes back as the driver. */
    private void awaitEndOfLoan() {
        long now = ticker().nanoTime();
        long looksNanos = now + LOOK_NANOS;
        while (true) {
            LockSupport.parkNanos(this, looksNanos - now);
            // Whoever interrupts an event loop's thread wants nothing of it that could be done.
            var unused = Thread.interrupted();
            now = ticker().nanoTime();
            if (now - looksNanos >= 0) {
                if (!isLoanUsed) {
                    borrower = null;
                }
                isLoanUsed = false;
                looksNanos = now + LOOK_NANOS;
            }
            if (driver.compareAndSet(null, keeper)) {
                if (borrower == null || isShuttingDown()) {
                    borrower = null;
                    return;
                }
                if (hasTasks() || hasScheduledTasks()) {
                    runOnce(0);
                }
                letGo();
            }
        }
    }

    /** Waits at most this long for something to do, and does it. */
    private void runOnce(long waitNanosMax) {
        turn.begin(waitNanosMax);
        ioHandler().run(turn);
        runAllTasks(TASKS_NANOS);
    }

    /** How long the driver may wait for the sockets; of the driver. */
    private final class Turn implements IoHandlerContext {
        private long deadlineNanos;
        private boolean isLimited;

        void begin(long waitNanosMax) {
            isLimited = waitNanosMax != UNLIMITED;
            deadlineNanos = isLimited ? ticker().nanoTime() + waitNanosMax : 0;
        }

        @Override
        public boolean canBlock() {
            boolean isTimeUp = isLimited && deadlineNanos - ticker().nanoTime() <= 0;
            boolean isAwaited = claimant.get() != null && driver.get() == keeper;
            return !isTimeUp && !isAwaited && !hasTasks() && !hasScheduledTasks();
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            long untilTimer = LendableIoEventLoop.this.delayNanos(currentTimeNanos);
            return isLimited ? Math.min(untilTimer, Math.max(0, deadlineNanos - ticker().nanoTime())) : untilTimer;
        }

        @Override
        public long deadlineNanos() {
            long timer = nextScheduledTaskDeadlineNanos();
            if (!isLimited) {
                return timer;
            }
            return timer == -1 || timer - deadlineNanos > 0 ? deadlineNanos : timer;
        }
    }
}
