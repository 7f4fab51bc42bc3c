package dev.ottla.consumer.internal.work;

import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** The Reactive Streams TCK for publishers, over a source of numbers. Run by {@link DemandPublisherTest}. */
public class DemandPublisherTck extends FlowPublisherVerification<Long> {
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final long NO_SIGNAL_MILLIS = 30;

    public DemandPublisherTck() {
        super(new TestEnvironment(TIMEOUT_MILLIS, NO_SIGNAL_MILLIS, NO_SIGNAL_MILLIS));
    }

    @Override
    public Flow.Publisher<Long> createFlowPublisher(long elements) {
        return new DemandPublisher<>(new Numbers(elements), ForkJoinPool.commonPool());
    }

    /** Failing at once is for publishers that subscribe elsewhere; this one has no such state. */
    @Override
    public Flow.@Nullable Publisher<Long> createFailedFlowPublisher() {
        return null;
    }

    private static final class Numbers implements DemandPublisher.Source<Long> {
        private final long count;
        private long next;

        Numbers(long count) {
            this.count = count;
        }

        @Override
        public @Nullable Long tryTake() {
            return next == count ? null : Long.valueOf(next++);
        }

        @Override
        public boolean isExhausted() {
            return next == count;
        }

        @Override
        public @Nullable Throwable failure() {
            return null;
        }

        @Override
        public void onCancelled() {}
    }
}
