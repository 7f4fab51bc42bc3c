package dev.ottla.testkit.fault;

import java.util.HashMap;
import java.util.Map;

/** Sets the first frame of each pair aside, and lets it go right behind the second. */
final class Swap implements Effect {
    private final Map<Lane, Frame> setAside = new HashMap<>();

    @Override
    public void apply(Frame frame, Lane lane) {
        Frame first = setAside.remove(lane);
        if (first == null) {
            frame.setAside = true;
            setAside.put(lane, frame);
        } else {
            first.setAside = false;
            frame.follower = first;
        }
    }

    @Override
    public void onRemoved() {
        Map<Lane, Frame> left = Map.copyOf(setAside);
        setAside.clear();
        left.forEach((lane, frame) -> {
            frame.setAside = false;
            lane.enqueue(frame);
        });
    }

    @Override
    public void onLaneClosed(Lane lane) {
        Frame left = setAside.remove(lane);
        if (left != null) {
            left.release();
        }
    }
}
