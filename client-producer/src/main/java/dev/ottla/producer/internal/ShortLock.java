package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for what takes some ten nanoseconds: one atomic instruction to take it, none to let go, and no wake-up of anybody
 * (decision 006). Who finds it taken tries again for a while and then sleeps for a moment, so a holder that lost its processor
 * costs the others little. Not reentrant, not fair; nothing that may block or call foreign code runs under it.
 */
@ThreadSafe
final class ShortLock {
    private static final int SPINS = 64;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final int FREE = 0;
    private static final int TAKEN = 1;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(ShortLock.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written through the handle alone. */
    private volatile int state = FREE;

    void lock() {
        if (!STATE.compareAndSet(this, FREE, TAKEN)) {
            lockLater();
        }
    }

    private void lockLater() {
        boolean isInterrupted = false;
        for (int tries = 1; !isFreeAndTaken(); tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, PAUSE_NANOS);
                // An interrupted thread would not sleep; who waits for the lock can't be interrupted, but hears of it
                // later.
                isInterrupted |= Thread.interrupted();
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isFreeAndTaken() {
        return state == FREE && STATE.compareAndSet(this, FREE, TAKEN);
    }

    /** Only by who holds it. */
    void unlock() {
        STATE.setRelease(this, FREE);
    }
}
