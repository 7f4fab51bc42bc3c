package dev.ottla.internal.net;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoopConfined;

/** Hears of one connection's life, on its loop: {@code onReady} at most once, then {@code onClosed} exactly once. */
@EventLoopConfined
public interface ConnectionListener {

    /** Connected, versions negotiated: requests may be sent. */
    void onReady(BrokerConnection connection);

    /** Nothing was sent for {@code connections.max.idle.ms} and nothing is in flight: the listener should close it. */
    void onIdle(BrokerConnection connection, KafkaException cause);

    /** Gone, or never made. Every request that was in flight has been failed before this call. */
    void onClosed(KafkaException cause);
}
