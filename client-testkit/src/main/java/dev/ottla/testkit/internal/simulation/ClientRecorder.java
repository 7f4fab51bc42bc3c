package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent.Asked;
import dev.ottla.testkit.history.HistoryEvent.Connecting;
import dev.ottla.testkit.history.HistoryEvent.LoopHeldUp;
import dev.ottla.testkit.history.HistoryEvent.SentDamaged;
import java.time.Duration;

/**
 * Writes into the history what clients do that their applications do not see. Called by network and loops, on the run's one
 * thread.
 */
@Confined
final class ClientRecorder {
    /** Between a client's id and the number of one of its loops. */
    private static final String LOOP = "-loop-";

    /** What a task may take without being mentioned. */
    private static final long TASK_NANOS_MAX = Duration.ofMillis(1).toNanos();

    private final History history;

    ClientRecorder(History history) {
        this.history = history;
    }

    /** The name of a client's loop. */
    static String loopName(String client, int number) {
        return client + LOOP + number;
    }

    private static String client(VirtualLoop loop) {
        int end = loop.name().lastIndexOf(LOOP);
        return end < 0 ? loop.name() : loop.name().substring(0, end);
    }

    void onConnect(VirtualLoop loop, int nodeId) {
        history.add(new Connecting(client(loop), nodeId));
    }

    void onRequest(VirtualLoop loop, int nodeId, byte[] frame) {
        ApiKey api = ApiKey.forId(FrameCutter.shortAt(frame, 0));
        history.add(new Asked(client(loop), nodeId, String.valueOf(api)));
        if (api == ApiKey.PRODUCE) {
            SentBatches.damaged(frame)
                    .forEach(partition -> history.add(new SentDamaged(client(loop), nodeId, partition)));
        }
    }

    /** A task of the loop has ended. Only waiting takes time on the virtual clock. */
    void onTask(VirtualLoop loop, long nanos) {
        if (nanos > TASK_NANOS_MAX) {
            history.add(new LoopHeldUp(client(loop), Duration.ofNanos(nanos)));
        }
    }
}
