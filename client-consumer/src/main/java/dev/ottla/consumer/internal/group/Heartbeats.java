package dev.ottla.consumer.internal.group;

import dev.ottla.config.ConsumerOptions;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When to send the next heartbeat, and when the session is over because none was answered. Owned by the home loop, with
 * timers of its own: it depends on no thread of the application. The session is counted from the moment at which an answered
 * heartbeat was sent, so it ends here no later than at the coordinator.
 */
@EventLoopConfined
final class Heartbeats {

    /** Called on the home loop. */
    interface Subject {
        /** Returns whether one was sent; not if one is under way, or there is nobody to send it as. */
        boolean sendHeartbeat();

        void onSessionExpired();
    }

    private final EventLoop home;
    private final Subject subject;
    private long intervalNanos;
    private final long sessionNanos;

    private EventLoop.@Nullable Timer intervalTimer;
    private EventLoop.@Nullable Timer sessionTimer;
    private long sentNanos;

    /** Read by polling threads: nothing may be delivered after it. */
    private volatile long sessionDeadlineNanos;

    private volatile boolean running;

    Heartbeats(EventLoop home, ConsumerOptions options, Subject subject) {
        this.home = home;
        this.subject = subject;
        this.intervalNanos = options.heartbeatInterval().toNanos();
        this.sessionNanos = options.sessionTimeout().toNanos();
    }

    /** The coordinator names the interval itself (KIP-848). */
    void every(Duration interval) {
        intervalNanos = interval.toNanos();
    }

    /** The next heartbeat has something to tell that must not wait. */
    void now() {
        if (running) {
            scheduleNext(0);
        }
    }

    /** The coordinator has just answered a request that was sent at this time. */
    void start(long requestSentNanos) {
        stop();
        renew(requestSentNanos);
        running = true;
        intervalTimer = home.schedule(this::onInterval, intervalNanos);
        sessionTimer = home.schedule(this::onSessionTimer, sessionDeadlineNanos - home.nanoTime());
    }

    void stop() {
        running = false;
        cancelTimers();
    }

    private void cancelTimers() {
        if (intervalTimer != null) {
            intervalTimer.cancel();
            intervalTimer = null;
        }
        if (sessionTimer != null) {
            sessionTimer.cancel();
            sessionTimer = null;
        }
    }

    private void onInterval() {
        long nowNanos = home.nanoTime();
        if (subject.sendHeartbeat()) {
            sentNanos = nowNanos;
        }
    }

    /** The heartbeat under way was answered: the session goes on. */
    void onAnswered() {
        if (running) {
            renew(sentNanos);
            scheduleNext(Math.max(0, sentNanos + intervalNanos - home.nanoTime()));
        }
    }

    /** The heartbeat under way was not answered: try again soon. */
    void onUnanswered(long backoffNanos) {
        if (running) {
            scheduleNext(backoffNanos);
        }
    }

    private void scheduleNext(long delayNanos) {
        if (intervalTimer != null) {
            intervalTimer.cancel();
        }
        intervalTimer = home.schedule(this::onInterval, delayNanos);
    }

    private void renew(long fromNanos) {
        sessionDeadlineNanos = fromNanos + sessionNanos;
    }

    private void onSessionTimer() {
        long left = sessionDeadlineNanos - home.nanoTime();
        if (left <= 0) {
            stop();
            subject.onSessionExpired();
        } else {
            sessionTimer = home.schedule(this::onSessionTimer, left);
        }
    }

    /** Whether the coordinator may have ended the session: nothing of it was heard for so long. Also when stopped. */
    boolean isOverdue() {
        return home.nanoTime() - sessionDeadlineNanos >= 0;
    }

    /** Whether the session has ended, even if the timer has not run yet, as after the process was stopped. Any thread. */
    boolean isSessionOver() {
        return running && home.nanoTime() - sessionDeadlineNanos >= 0;
    }
}
