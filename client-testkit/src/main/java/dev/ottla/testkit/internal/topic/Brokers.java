package dev.ottla.testkit.internal.topic;

import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The registered brokers, by id: where they listen, and whether they are up. Owned by the cluster's loop. */
@EventLoopConfined
public final class Brokers {
    private final TreeMap<Integer, Broker> byId = new TreeMap<>();

    /** Brokers 1 to {@code count}, all up, none with an address yet. */
    public Brokers(int count) {
        for (int id = 1; id <= count; id++) {
            byId.put(id, new Broker(id));
        }
    }

    /** All brokers, up or not. */
    public Collection<Broker> all() {
        return byId.values();
    }

    /** The brokers that are up: the others are fenced, so Metadata does not name them. */
    public List<Broker> live() {
        List<Broker> live = new ArrayList<>();
        for (Broker each : byId.values()) {
            if (each.isUp) {
                live.add(each);
            }
        }
        return live;
    }

    /** A broker. */
    public Broker get(int id) {
        Broker broker = find(id);
        if (broker == null) {
            throw new IllegalArgumentException("no broker " + id + "; the ids are " + byId.keySet());
        }
        return broker;
    }

    /** A broker; null if there is none with this id. */
    public @Nullable Broker find(int id) {
        return byId.get(id);
    }

    /** Whether there is such a broker and it is up. */
    public boolean isUp(int id) {
        Broker broker = byId.get(id);
        return broker != null && broker.isUp;
    }

    /** What Metadata calls the controller: KRaft brokers name any live broker, since they forward to the real one. */
    public int controllerId() {
        List<Broker> live = live();
        return live.isEmpty() ? -1 : live.get(0).id;
    }

    /** One registered broker. */
    public static final class Broker {
        private final int id;
        private String host = "";
        private int port = -1;
        private boolean isUp = true;

        Broker(int id) {
            this.id = id;
        }

        public int id() {
            return id;
        }

        public String host() {
            return host;
        }

        public int port() {
            return port;
        }

        public boolean isUp() {
            return isUp;
        }

        /** Sets where clients are told to connect. */
        public void advertise(String newHost, int newPort) {
            this.host = newHost;
            this.port = newPort;
        }

        /** Fences or unfences the broker. */
        public void setUp(boolean up) {
            this.isUp = up;
        }
    }
}
