package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which record is named when the application does not come back. */
class StuckWatchTest {
    private static final Duration AFTER = Duration.ofMinutes(1);
    private static final RecordPlace PLACE = new RecordPlace(new TopicPartition("orders", 3), 17);

    private final ManualEventLoop loop = new ManualEventLoop();
    private final PollClock clock = new PollClock(loop);
    private final List<String> reports = new ArrayList<>();
    private final StuckWatch watch =
            new StuckWatch(loop, clock, AFTER, (place, age) -> reports.add(place + " for " + age.toSeconds() + " s"));

    private void poll() {
        clock.onPollBegins();
        clock.onPollEnds();
        clock.onHandedOut(() -> PLACE);
    }

    @Test
    void should_name_the_record_once_when_the_application_is_stuck() {
        // given
        watch.start();
        loop.advance(Duration.ofSeconds(30));
        poll();

        // when
        loop.advance(Duration.ofSeconds(59));
        assertThat(reports).isEmpty();
        loop.advance(Duration.ofMinutes(10));

        // then
        assertThat(reports).containsExactly("offset 17 of orders-3 for 60 s");
    }

    @Test
    void should_name_it_again_after_another_poll() {
        // given
        watch.start();
        poll();
        loop.advance(Duration.ofSeconds(61));

        // when
        poll();
        loop.advance(Duration.ofMinutes(3));

        // then
        assertThat(reports).hasSize(2);
    }

    @Test
    void should_be_quiet_while_the_application_polls_or_has_nothing() {
        // given
        watch.start();

        // when
        for (int i = 0; i < 20; i++) {
            poll();
            loop.advance(Duration.ofSeconds(30));
        }
        clock.onPollBegins();
        loop.advance(Duration.ofMinutes(10));
        clock.onPollEnds();
        loop.advance(Duration.ofMinutes(10));

        // then
        assertThat(reports).isEmpty();
    }

    @Test
    void should_be_quiet_once_closed() {
        // given
        watch.start();
        poll();

        // when
        loop.run(watch::close);
        loop.advance(Duration.ofMinutes(10));

        // then
        assertThat(reports).isEmpty();
    }
}
