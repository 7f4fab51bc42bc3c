package dev.ottla.consumer.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

class DemandPublisherTest {
    private final Deque<String> elements = new ArrayDeque<>();
    private final List<String> signals = new ArrayList<>();
    private final List<Flow.Subscription> subscriptions = new ArrayList<>();
    private boolean exhausted;
    private @Nullable Throwable failure;
    private int cancellations;
    private final DemandPublisher<String> publisher = new DemandPublisher<>(new Elements(), Runnable::run);

    /** Those that it skips are optional, or for publishers with several subscribers. */
    @Test
    void should_pass_the_reactive_streams_tck() {
        TestListenerAdapter results = new TestListenerAdapter();
        TestNG tck = new TestNG(false);
        tck.setTestClasses(new Class<?>[] {DemandPublisherTck.class});
        tck.addListener(results);

        tck.run();

        assertThat(results.getFailedTests()).isEmpty();
        assertThat(results.getPassedTests()).hasSizeGreaterThanOrEqualTo(20);
        assertThat(results.getSkippedTests())
                .extracting(skipped -> skipped.getName())
                .noneMatch(
                        name -> name.startsWith("required_") && !name.contains("OnError") && !name.contains("Failed"));
    }

    @Test
    void should_take_nothing_without_demand() {
        elements.add("a");
        publisher.subscribe(new Collecting());
        publisher.signal();

        assertThat(signals).isEmpty();
        assertThat(elements).hasSize(1);
        subscriptions.get(0).request(1);
        assertThat(signals).containsExactly("a");
    }

    @Test
    void should_go_on_when_the_source_has_more() {
        publisher.subscribe(new Collecting());
        subscriptions.get(0).request(2);
        assertThat(signals).isEmpty();

        elements.add("a");
        elements.add("b");
        elements.add("c");
        publisher.signal();

        assertThat(signals).containsExactly("a", "b");
    }

    @Test
    void should_say_how_the_source_ended() {
        publisher.subscribe(new Collecting());
        failure = new IllegalStateException("no access");
        exhausted = true;

        publisher.signal();
        publisher.signal();

        assertThat(signals).containsExactly("failed: no access");
    }

    @Test
    void should_refuse_a_second_subscriber() {
        publisher.subscribe(new Collecting());
        publisher.subscribe(new Collecting());

        assertThat(signals).singleElement().asString().startsWith("failed: this publisher has a subscriber");
    }

    @Test
    void should_end_the_subscription_of_a_subscriber_that_throws() {
        elements.add("throw");
        elements.add("a");
        publisher.subscribe(new Collecting());

        subscriptions.get(0).request(5);

        assertThat(signals).isEmpty();
        assertThat(cancellations).isEqualTo(1);
    }

    private final class Elements implements DemandPublisher.Source<String> {
        @Override
        public @Nullable String tryTake() {
            return elements.pollFirst();
        }

        @Override
        public boolean isExhausted() {
            return exhausted;
        }

        @Override
        public @Nullable Throwable failure() {
            return failure;
        }

        @Override
        public void onCancelled() {
            cancellations++;
        }
    }

    private final class Collecting implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriptions.add(subscription);
        }

        @Override
        public void onNext(String item) {
            if (item.equals("throw")) {
                throw new IllegalStateException("a subscriber must not throw");
            }
            signals.add(item);
        }

        @Override
        public void onError(Throwable thrown) {
            signals.add("failed: " + thrown.getMessage());
        }

        @Override
        public void onComplete() {
            signals.add("completed");
        }
    }
}
