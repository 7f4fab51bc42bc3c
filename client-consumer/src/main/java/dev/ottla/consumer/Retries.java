package dev.ottla.consumer;

import dev.ottla.errors.RecordException;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * How often a failed record is tried again, and after how long. The wait doubles from the first to the longest, give or take
 * 20 %. Whatever must be worked on after the record waits with it; other records go on. Immutable.
 *
 * @param attemptsMax how often a record is tried in all, at least 1
 * @param backoff the wait before the second attempt, more than zero
 * @param backoffMax the longest wait, not less than {@code backoff}
 * @param retriable whether another attempt may help after this failure; never asked about a record that can't be deserialized
 */
public record Retries(int attemptsMax, Duration backoff, Duration backoffMax, Predicate<Throwable> retriable) {

    /** Checks the numbers. */
    public Retries {
        if (attemptsMax < 1) {
            throw new IllegalArgumentException("attemptsMax must be at least 1, was " + attemptsMax);
        }
        if (backoff.isNegative() || backoff.isZero() || backoffMax.compareTo(backoff) < 0) {
            throw new IllegalArgumentException("backoff must be more than zero and not more than backoffMax, were "
                    + backoff + " and " + backoffMax);
        }
    }

    /** Every record is tried once. */
    public static Retries none() {
        return atMost(1);
    }

    /** So many attempts in all, waiting 100 ms at first and 10 s at most, whatever the failure. */
    public static Retries atMost(int attempts) {
        return new Retries(attempts, Duration.ofMillis(100), Duration.ofSeconds(10), failure -> true);
    }

    /** Attempts without end, with the same waits: nothing is given up, and what must follow waits. */
    public static Retries unlimited() {
        return atMost(Integer.MAX_VALUE);
    }

    /** The same with other waits. */
    public Retries backoff(Duration first, Duration longest) {
        return new Retries(attemptsMax, first, longest, retriable);
    }

    /** The same, but only after failures of which this is true. */
    public Retries when(Predicate<Throwable> mayHelp) {
        return new Retries(attemptsMax, backoff, backoffMax, mayHelp);
    }

    /** Whether to try again after the so-manieth failure. */
    boolean allow(Throwable failure, int failures) {
        return failures < attemptsMax && !(failure instanceof RecordException) && retriable.test(failure);
    }
}
