package dev.ottla.consumer.internal.work;

import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Threads threads;
    private final EventLoop timers;
    private final ExponentialBackoff backoff;
    private final Task<T> task;
    private final BiPredicate<Throwable, Integer> retries;
    private final LastResort<T> lastResort;
    private final Listener<T> listener;

    /** Who is giving work to the executor. */
    private final Set<Thread> giving = ConcurrentHashMap.newKeySet();

    /**
     * Workers that begin with {@link #dispatch}.
     *
     * @param backoff used on the loop of the timers alone
     * @param threads where everything runs
     * @param retries whether to try again after this failure, which was the so-manieth
     */
    public Workers(
            WorkBoard<T> board,
            Threads threads,
            EventLoop timers,
            ExponentialBackoff backoff,
            Task<T> task,
            BiPredicate<Throwable, Integer> retries,
            Outcomes<T> outcomes) {
        this.board = board;
        this.threads = threads;
        this.timers = timers;
        this.backoff = backoff;
        this.task = task;
        this.retries = retries;
        this.lastResort = outcomes.lastResort();
        this.listener = outcomes.listener();
    }

    /** Where work goes that fails for good. */
    public record Outcomes<T>(LastResort<T> lastResort, Listener<T> listener) {}

    /**
     * Where everything runs.
     *
     * @param work has the work done; may do it in the thread that calls
     * @param giving gives work to the other one, for a thread that may be one of the client's loops
     */
    public record Threads(Executor work, Executor giving) {}

    /** Starts whatever may be started. */
    public void dispatch() {
        Thread caller = Thread.currentThread();
        if (!giving.add(caller)) {
            // The executor did the work here, and its end led back: the call further down the stack goes on.
            return;
        }
        try {
            for (Work<T> work = board.tryStart(); work != null && give(work); work = board.tryStart()) {
                LOG.trace("{} is given to the executor", work);
            }
        } finally {
            giving.remove(caller);
        }
    }

    private boolean give(Work<T> work) {
        try {
            threads.work().execute(() -> workFrom(work));
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("The executor has no room for {}", work);
            retryLater(work);
            return false;
        }
    }

    private void dispatchElsewhere() {
        try {
            threads.giving().execute(this::dispatch);
        } catch (RejectedExecutionException e) {
            LOG.trace("It is over, and nothing is to be started any more");
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
        try {
            CompletionStage<?> later = task.run(work.payload());
            if (later != null) {
                later.whenComplete((nothing, failure) -> onCompleted(work, failure));
                return false;
            }
        } catch (Throwable e) {
            onFailed(work, e);
            return true;
        }
        board.finish(work);
        return true;
    }

    private void onCompleted(Work<T> work, @Nullable Throwable failure) {
        if (failure == null) {
            board.finish(work);
        } else {
            onFailed(work, failure);
        }
        dispatchElsewhere();
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
                dispatchElsewhere();
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
        dispatchElsewhere();
    }
}
