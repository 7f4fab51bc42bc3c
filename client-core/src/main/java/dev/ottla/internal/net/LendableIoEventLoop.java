package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.ThreadSafe;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Netty's event loop, run by one thread at a time, but not always the same: its own, the keeper, or one that has it on loan.
 * Whoever runs it is its driver, and for Netty the loop's thread; taking over from another driver orders all that he did
 * before. While the loop is on loan nobody drives it between two visits of the borrower; the keeper looks after it every few
 * milliseconds, and at once if another thread hands over a task.
 */
@ThreadSafe
final class LendableIoEventLoop extends SingleThreadIoEventLoop {
    /** A borrower that has not come back for as long has lost the loan, and nothing on the loop is later than that. */
    private static final long LOAN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long UNLIMITED = Long.MAX_VALUE;

    private final AtomicReference<@Nullable Thread> driver = new AtomicReference<>();
    private final Turn turn = new Turn();

    /** Null until the loop has begun. */
    private volatile @Nullable Thread keeper;

    /** Who drove it last on loan; null if it is not on loan. */
    private volatile @Nullable Thread borrower;

    /** Waits for the driver to let go. */
    private volatile @Nullable Thread claimant;

    /** The borrower has been here since the keeper looked last. */
    private volatile boolean isLoanUsed;

    LendableIoEventLoop(ThreadFactory threads, IoHandlerFactory ioHandlers) {
        super(null, threads, ioHandlers);
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return driver.get() == thread;
    }

    /** What the borrower hands over between two visits waits for the next of them; all else does not. */
    @Override
    public void execute(Runnable task) {
        super.execute(task);
        if (driver.get() == null && borrower != Thread.currentThread()) {
            LockSupport.unpark(keeper);
        }
    }

    /** See {@link dev.ottla.internal.concurrent.LendableLoop#runUntil}. */
    boolean runUntil(BooleanSupplier enough, long timeoutNanos) throws InterruptedException {
        Thread caller = Thread.currentThread();
        if (keeper == null || VirtualThreads.isVirtual(caller) || !claim(caller, timeoutNanos)) {
            return false;
        }
        borrower = caller;
        isLoanUsed = true;
        boolean isEnough = false;
        try {
            isEnough = driveUntil(enough, timeoutNanos);
        } finally {
            if (!isEnough) {
                borrower = null;
            }
            letGo();
        }
        return isEnough;
    }

    private boolean driveUntil(BooleanSupplier enough, long timeoutNanos) {
        Thread caller = Thread.currentThread();
        long deadlineNanos = ticker().nanoTime() + timeoutNanos;
        long left = timeoutNanos;
        while (!enough.getAsBoolean()) {
            if (left <= 0 || isShuttingDown() || caller.isInterrupted()) {
                return false;
            }
            runOnce(left);
            left = deadlineNanos - ticker().nanoTime();
        }
        return true;
    }

    private boolean claim(Thread caller, long timeoutNanos) throws InterruptedException {
        if (driver.compareAndSet(null, caller)) {
            return true;
        }
        long deadlineNanos = ticker().nanoTime() + timeoutNanos;
        claimant = caller;
        try {
            wakeup(false);
            while (!driver.compareAndSet(null, caller)) {
                long left = deadlineNanos - ticker().nanoTime();
                if (left <= 0 || isShuttingDown()) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return true;
        } finally {
            claimant = null;
        }
    }

    /** Whoever finds the loop without a driver now either sees the task that came too late for the last, or is told of it. */
    private void letGo() {
        driver.set(null);
        LockSupport.unpark(claimant);
        if (borrower == null || pendingTasks() > 0) {
            LockSupport.unpark(keeper);
        }
    }

    /** See {@link dev.ottla.internal.concurrent.LendableLoop#nudge}. */
    void nudge() {
        Thread current = driver.get();
        if (current != null && current != keeper && current != Thread.currentThread()) {
            execute(() -> {});
        }
    }

    @Override
    protected void run() {
        driver.set(Thread.currentThread());
        keeper = Thread.currentThread();
        ioHandler().initialize();
        do {
            runOnce(UNLIMITED);
            Thread next = claimant;
            if (isShuttingDown()) {
                ioHandler().prepareToDestroy();
                runAllTasks();
            } else if (next != null) {
                borrower = next;
                isLoanUsed = true;
                letGo();
                awaitEndOfLoan();
            }
        } while (!confirmShutdown());
    }

    /** Comes back as the driver. */
    private void awaitEndOfLoan() {
        long now = ticker().nanoTime();
        long looksNanos = now + LOAN_NANOS;
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
                looksNanos = now + LOAN_NANOS;
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
        runAllTasks();
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
            return !isTimeUp && !hasTasks() && !hasScheduledTasks() && claimant == null;
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
