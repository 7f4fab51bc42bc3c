package dev.ottla.benchmarks.peer;

import org.jspecify.annotations.Nullable;

/** A producer of any library, reduced to what the rounds need. Thread-safe. */
interface Sender extends AutoCloseable {

    /** Stands for a partition that the client may choose. */
    int ANY_PARTITION = -1;

    /** Hands a record over; its end is counted. May block while the client's buffer is full. */
    void send(int partition, byte[] key, byte[] value);

    /** As {@link #send}; the acknowledgement goes to a callback of its own, for what measures each record. */
    void sendTimed(byte[] value, TimedAck ack);

    /** Lets everything go and waits for it. */
    void flush();

    @Override
    void close();

    /** Hears how one record ended. */
    interface TimedAck {
        /** The error is null if it was acknowledged. */
        void onEnd(@Nullable Throwable error);
    }
}
