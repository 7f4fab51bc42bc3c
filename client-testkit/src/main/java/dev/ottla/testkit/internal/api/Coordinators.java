package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.topic.Brokers;
import dev.ottla.testkit.internal.topic.Brokers.Broker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which broker coordinates a group or a transactional id: by hash, as the internal topics spread them, the next live broker if
 * that one is down, and wherever a test has moved it. Owned by the cluster's loop.
 */
@EventLoopConfined
public final class Coordinators {
    /** No broker is up. */
    static final int NOBODY = -1;

    private final Brokers brokers;
    private final Map<Key, Integer> moved = new HashMap<>();

    /** What is coordinated. */
    public enum Kind {
        GROUP,
        TRANSACTION
    }

    private record Key(Kind kind, String id) {}

    Coordinators(Brokers brokers) {
        this.brokers = brokers;
    }

    /** The broker in charge. */
    public int of(Kind kind, String id) {
        Integer wanted = moved.get(new Key(kind, id));
        if (wanted != null && brokers.isUp(wanted)) {
            return wanted;
        }
        List<Broker> all = new ArrayList<>(brokers.all());
        int first = Math.floorMod(id.hashCode(), all.size());
        for (int i = 0; i < all.size(); i++) {
            Broker broker = all.get((first + i) % all.size());
            if (broker.isUp()) {
                return broker.id();
            }
        }
        return NOBODY;
    }

    /** Puts a broker in charge, as long as it is up. */
    public void move(Kind kind, String id, int nodeId) {
        moved.put(new Key(kind, id), nodeId);
    }

    /** NONE if the broker is in charge. */
    ErrorCode check(Kind kind, String id, int nodeId) {
        return of(kind, id) == nodeId ? ErrorCode.NONE : ErrorCode.NOT_COORDINATOR;
    }
}
