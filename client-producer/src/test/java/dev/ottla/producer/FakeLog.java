package dev.ottla.producer;

import dev.ottla.errors.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * A partition's log with the broker's rules for numbered batches: the last five of a producer are known again, a gap is refused,
 * a new epoch begins with 0 and fences off the one before.
 */
final class FakeLog {
    private static final int REMEMBERED = 5;

    /** What became of an append. */
    record Appended(ErrorCode error, long baseOffset) {}

    private record Known(int baseSequence, int lastSequence, long baseOffset) {}

    private static final class State {
        private short epoch;
        private final Deque<Known> last = new ArrayDeque<>();
    }

    private final Map<Long, State> producers = new HashMap<>();
    private final List<String> values = new ArrayList<>();

    Appended append(RecordBatch batch) {
        State state = producers.get(batch.producerId());
        if (state != null) {
            if (batch.producerEpoch() < state.epoch) {
                return new Appended(ErrorCode.INVALID_PRODUCER_EPOCH, -1);
            }
            for (Known known : state.last) {
                if (batch.producerEpoch() == state.epoch
                        && known.baseSequence() == batch.baseSequence()
                        && known.lastSequence() == batch.lastSequence()) {
                    return new Appended(ErrorCode.NONE, known.baseOffset());
                }
            }
            int expected = batch.producerEpoch() > state.epoch ? 0 : next(state);
            if (batch.baseSequence() != expected) {
                return new Appended(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1);
            }
        }
        return write(batch);
    }

    private static int next(State state) {
        int last = state.last.getLast().lastSequence();
        return last == Integer.MAX_VALUE ? 0 : last + 1;
    }

    private Appended write(RecordBatch batch) {
        State state = producers.computeIfAbsent(batch.producerId(), id -> new State());
        if (batch.producerEpoch() > state.epoch) {
            state.epoch = batch.producerEpoch();
            state.last.clear();
        }
        long baseOffset = values.size();
        state.last.addLast(new Known(batch.baseSequence(), batch.lastSequence(), baseOffset));
        if (state.last.size() > REMEMBERED) {
            state.last.removeFirst();
        }
        batch.forEach(record ->
                values.add(StandardCharsets.UTF_8.decode(record.value()).toString()));
        return new Appended(ErrorCode.NONE, baseOffset);
    }

    /** What it holds. */
    List<String> values() {
        return values;
    }
}
