package dev.ottla.internal.concurrent;

/** The monotonic clock that every deadline is measured on; a simulation passes in a virtual one. */
@ThreadSafe
@FunctionalInterface
public interface NanoClock {

    /** Nanoseconds since an arbitrary origin. Compare by difference only: {@code clock.nanoTime() - deadlineNanos >= 0}. */
    long nanoTime();
}
