package dev.ottla.consumer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.delivery.DeliveryReader;
import dev.ottla.consumer.internal.delivery.OffsetOutOfRange;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.ThreadSafe;

/** Hands over to the home loop, or to the application, what the reader meets besides records. Called by the polling thread. */
@ThreadSafe
final class ReaderEvents implements DeliveryReader.Listener {
    private final EventLoop home;
    private final Positions positions;
    private final RebalanceCallbacks callbacks;

    ReaderEvents(EventLoop home, Positions positions, RebalanceCallbacks callbacks) {
        this.home = home;
        this.positions = positions;
        this.callbacks = callbacks;
    }

    @Override
    public void onOffsetOutOfRange(OffsetOutOfRange outOfRange) {
        home.execute(() -> positions.onOffsetOutOfRange(outOfRange));
    }

    @Override
    public void onEndReached(TopicPartition partition, long offset) {
        callbacks.onEndReached(partition, offset);
    }

    @Override
    public void onDamaged(TopicPartition partition, long fetchEpoch) {
        home.execute(() -> positions.onDamaged(partition, fetchEpoch));
    }

    @Override
    public void onDropped(TopicPartition partition, long fetchEpoch) {
        home.execute(() -> positions.onDropped(partition, fetchEpoch));
    }
}
