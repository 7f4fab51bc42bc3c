package dev.ottla.producer.internal;

import dev.ottla.internal.cluster.Broker;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has the cluster asked who leads while a broker owes answers and says nothing: a broker that hangs keeps its connections, and
 * its partitions have got other leaders long before a request times out. Part of a {@link BrokerSender}, on its loop; has no
 * timer while nothing is in flight.
 */
@EventLoopConfined
final class SilenceWatch {
    private static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private final Cluster cluster;
    private final Broker broker;
    private final EventLoop loop;
    private EventLoop.@Nullable Timer timer;
    private long heardNanos;
    private int owed;

    SilenceWatch(Cluster cluster, Broker broker) {
        this.cluster = cluster;
        this.broker = broker;
        this.loop = broker.loop();
    }

    /** A request was sent. */
    void onSent() {
        if (owed++ == 0) {
            heardNanos = loop.nanoTime();
        }
        if (timer == null) {
            timer = loop.schedule(this::onTimer, SILENCE_NANOS_MAX);
        }
    }

    /** A request was answered, or never will be. */
    void onEnded() {
        owed--;
        heardNanos = loop.nanoTime();
    }

    private void onTimer() {
        timer = null;
        if (owed == 0) {
            return;
        }
        if (loop.nanoTime() - heardNanos >= SILENCE_NANOS_MAX) {
            cluster.refreshMetadata("broker " + broker.nodeId() + " owes " + owed + " answers and is silent");
        }
        timer = loop.schedule(this::onTimer, SILENCE_NANOS_MAX);
    }
}
