package dev.ottla.consumer.internal;

import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the application comes back from what a poll has handed out, and says once for each poll where it is if it does
 * not. Owned by the home loop, for {@link ConsumerLoop}.
 */
@EventLoopConfined
final class StuckWatch {

    /** Hears of it, on the home loop. */
    @FunctionalInterface
    interface Report {
        /** The application was given records so long ago and has not polled since; it took this one last. */
        void onStuck(RecordPlace place, Duration age);
    }

    private final EventLoop home;
    private final PollClock clock;
    private final long afterNanos;
    private final Report report;
    private EventLoop.@Nullable Timer timer;

    StuckWatch(EventLoop home, PollClock clock, Duration after, Report report) {
        this.home = home;
        this.clock = clock;
        this.afterNanos = after.toNanos();
        this.report = report;
    }

    void start() {
        timer = home.schedule(this::look, afterNanos);
    }

    private void look() {
        long idleNanos = clock.idleNanos();
        boolean due = idleNanos >= afterNanos;
        timer = home.schedule(this::look, due ? afterNanos : afterNanos - idleNanos);
        RecordPlace place = due ? clock.takePlace() : null;
        if (place != null) {
            report.onStuck(place, Duration.ofNanos(idleNanos));
        }
    }

    void close() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
