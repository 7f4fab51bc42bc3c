package dev.ottla.testkit.fault;

import java.util.HashMap;
import java.util.Map;

/** Counts the bytes of the frames concerned in each lane, and ends the connection where the limit is. */
final class CloseAfter implements Effect {
    private final long limit;
    private final Map<Lane, Long> passed = new HashMap<>();

    CloseAfter(long limit) {
        this.limit = limit;
    }

    @Override
    public void apply(Frame frame, Lane lane) {
        long before = passed.getOrDefault(lane, 0L);
        long room = limit - before;
        if (room <= 0) {
            frame.drop();
        } else if (room < frame.size()) {
            frame.cutAfter((int) room);
        }
        if (room <= frame.size()) {
            frame.ending = Ending.CLOSE;
        }
        passed.put(lane, before + frame.size());
    }

    @Override
    public void onLaneClosed(Lane lane) {
        passed.remove(lane);
    }
}
