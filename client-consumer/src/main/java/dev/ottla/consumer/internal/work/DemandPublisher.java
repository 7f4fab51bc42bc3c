package dev.ottla.consumer.internal.work;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one subscriber what a source has, as far as it has asked for it, one signal after the other, on an executor (Reactive
 * Streams 1.0.4). Nothing is taken from the source without demand.
 *
 * @param <T> what is published
 */
@ThreadSafe
public final class DemandPublisher<T> implements Flow.Publisher<T> {
    private static final Logger LOG = LoggerFactory.getLogger(DemandPublisher.class);

    /** What is published; called by one thread at a time. */
    public interface Source<T> {

        /** The next element, or null if there is none now; {@link #signal} is called when there may be one. */
        @Nullable
        T tryTake();

        /** Whether there will never be another element. */
        boolean isExhausted();

        /** Why not; null if all has been published. Asked once exhausted. */
        @Nullable
        Throwable failure();

        /** The subscriber wants nothing any more. */
        void onCancelled();
    }

    private final Source<T> source;
    private final Executor executor;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile @Nullable Demand demand;

    /** A publisher for one subscriber. */
    public DemandPublisher(Source<T> source, Executor executor) {
        this.source = source;
        this.executor = executor;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (!taken.compareAndSet(false, true)) {
            subscriber.onSubscribe(new Nothing());
            subscriber.onError(new IllegalStateException("this publisher has a subscriber, and serves one only"));
            return;
        }
        Demand first = new Demand(subscriber);
        demand = first;
        subscriber.onSubscribe(first);
        first.begin();
    }

    /** The source may have something, or be exhausted. Any thread; does not block. */
    public void signal() {
        Demand current = demand;
        if (current != null) {
            current.drainSoon();
        }
    }

    private static final class Nothing implements Flow.Subscription {
        @Override
        public void request(long n) {
            LOG.trace("{} requested of a subscription that was refused", n);
        }

        @Override
        public void cancel() {
            LOG.trace("A subscription that was refused is cancelled");
        }
    }

    private final class Demand implements Flow.Subscription {
        private final AtomicLong requested = new AtomicLong();

        /** How often a drain was asked for since the last one ended; whoever makes it 1 sees to it that one runs. */
        private final AtomicInteger asked = new AtomicInteger(1);

        private volatile Flow.@Nullable Subscriber<? super T> subscriber;
        private volatile boolean wrongRequest;

        Demand(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        /** Nothing is signalled before {@code onSubscribe} has returned. */
        void begin() {
            run();
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                wrongRequest = true;
            } else {
                requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            }
            drainSoon();
        }

        @Override
        public void cancel() {
            if (subscriber != null) {
                subscriber = null;
                source.onCancelled();
            }
        }

        void drainSoon() {
            if (asked.getAndIncrement() == 0) {
                run();
            }
        }

        private void run() {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException e) {
                LOG.warn("The executor of a publisher is shut down, so its subscription ends");
                cancel();
            }
        }

        private void drain() {
            int seen = asked.get();
            do {
                try {
                    publish();
                } catch (RuntimeException e) {
                    LOG.error("A subscriber threw, which ends its subscription", e);
                    cancel();
                }
                seen = asked.addAndGet(-seen);
            } while (seen != 0);
        }

        private void publish() {
            Flow.Subscriber<? super T> to = subscriber;
            while (to != null) {
                if (wrongRequest) {
                    refuse(to);
                    return;
                }
                boolean exhausted = source.isExhausted();
                T next = requested.get() > 0 ? source.tryTake() : null;
                if (next == null) {
                    if (exhausted) {
                        end(to);
                    }
                    return;
                }
                requested.updateAndGet(left -> left == Long.MAX_VALUE ? left : left - 1);
                to.onNext(next);
                to = subscriber;
            }
        }

        private void end(Flow.Subscriber<? super T> to) {
            subscriber = null;
            Throwable failure = source.failure();
            if (failure == null) {
                to.onComplete();
            } else {
                to.onError(failure);
            }
        }

        private void refuse(Flow.Subscriber<? super T> to) {
            subscriber = null;
            source.onCancelled();
            to.onError(new IllegalArgumentException("request needs a positive number (Reactive Streams, rule 3.9)"));
        }
    }
}
