package dev.ottla.consumer.internal.work;

import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the work of a {@link WorkBoard} done on an executor, and failed work again after a while. An executor's thread that has
 * ended one piece of work takes the next itself; one that fails is suspended meanwhile and takes no thread.
 *
 * @param <T> what is worked on
 */
@ThreadSafe
public final class Workers<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    /** What to do with a piece of work. */
    @FunctionalInterface
    public interface Task<T> {

        /** Does it; null if it is done on return, otherwise what completes when it is. */
        @Nullable
        CompletionStage<?> run(T payload) throws Exception;
    }

    /** What becomes of work that is not tried again. */
    @FunctionalInterface
    public interface LastResort<T> {

        /** Completes when the work counts as finished; fails if it can't, which ends everything. */
        CompletionStage<?> give(Work<T> work, Throwable failure);
    }

    /** Hears of work that could be neither done nor given away. */
    @FunctionalInterface
    public interface Listener<T> {
        /** The work stays open. */
        void onStuck(Work<T> work, Throwable failure);
    }

    private final WorkBoard<T> board;
    private final Executor executor;
    private final EventLoop timers;
    private final ExponentialBackoff backoff;
    private final Task<T> task;
    private final BiPredicate<Throwable, Integer> retries;
    private final LastResort<T> lastResort;
    private final Listener<T> listener;

    /**
     * Workers that begin with {@link #dispatch}.
     *
     * @param backoff used on the loop of the timers alone
     * @param retries whether to try again after this failure, which was the so-manieth
     */
    public Workers(
            WorkBoard<T> board,
            Executor executor,
            EventLoop timers,
            ExponentialBackoff backoff,
            Task<T> task,
            BiPredicate<Throwable, Integer> retries,
            Outcomes<T> outcomes) {
        this.board = board;
        this.executor = executor;
        this.timers = timers;
        this.backoff = backoff;
        this.task = task;
        this.retries = retries;
        this.lastResort = outcomes.lastResort();
        this.listener = outcomes.listener();
    }

    /** Where work goes that fails for good. */
    public record Outcomes<T>(LastResort<T> lastResort, Listener<T> listener) {}

    /** Starts whatever may be started. */
    public void dispatch() {
        for (Work<T> work = board.tryStart(); work != null; work = board.tryStart()) {
            Work<T> started = work;
            try {
                executor.execute(() -> workFrom(started));
            } catch (RejectedExecutionException e) {
                LOG.debug("The executor has no room for {}", work);
                retryLater(work);
                return;
            }
        }
    }

    private void workFrom(Work<T> first) {
        Work<T> work = first;
        while (work != null && run(work)) {
            work = board.tryStart();
        }
    }

    /** Returns whether the work has ended; if not, it will, and its thread is free. */
    private boolean run(Work<T> work) {
        if (!board.mayBegin(work)) {
            return true;
        }
        CompletionStage<?> later;
        try {
            later = task.run(work.payload());
        } catch (Throwable e) {
            onFailed(work, e);
            return true;
        }
        if (later == null) {
            board.finish(work);
            return true;
        }
        later.whenComplete((nothing, failure) -> onCompleted(work, failure));
        return false;
    }

    private void onCompleted(Work<T> work, @Nullable Throwable failure) {
        if (failure == null) {
            board.finish(work);
        } else {
            onFailed(work, failure);
        }
        dispatch();
    }

    private void onFailed(Work<T> work, Throwable thrown) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        int failures = work.onAttemptFailed();
        if (mayTryAgain(failure, failures)) {
            LOG.debug("{} failed for the {}. time and is tried again", work, failures, failure);
            retryLater(work);
        } else {
            giveAway(work, failure);
        }
    }

    /** A predicate that fails itself asks for no other attempt. */
    private boolean mayTryAgain(Throwable failure, int failures) {
        try {
            return !(failure instanceof Error) && retries.test(failure, failures);
        } catch (RuntimeException e) {
            if (e != failure) {
                failure.addSuppressed(e);
            }
            return false;
        }
    }

    private void giveAway(Work<T> work, Throwable failure) {
        CompletionStage<?> given;
        try {
            given = lastResort.give(work, failure);
        } catch (RuntimeException e) {
            listener.onStuck(work, e);
            return;
        }
        given.whenComplete((nothing, refused) -> {
            if (refused == null) {
                board.finish(work);
                dispatch();
            } else {
                listener.onStuck(work, refused);
            }
        });
    }

    private void retryLater(Work<T> work) {
        if (board.suspend(work)) {
            timers.execute(() -> timers.schedule(() -> onBackoffEnded(work), backoff.delayNanos(work.attempts())));
        }
    }

    private void onBackoffEnded(Work<T> work) {
        board.resume(work);
        dispatch();
    }
}
