package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.testkit.internal.cluster.BrokerPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a run: who listens where, how long bytes take, and what goes wrong on the way. Brokers listen on
 * {@code node-N:9092}. Owned by the run's one thread.
 */
@Confined
public final class SimulatedNetwork {
    /** Where every simulated broker listens. */
    public static final int PORT = 9092;

    /** Where all clients seem to be. */
    static final String CLIENT_HOST = "/10.1.0.1";

    private static final String HOST_PREFIX = "node-";

    /** What may be lost of an exchange, and the connection with it, since TCP loses nothing else. */
    public enum Loss {
        /** The broker never sees the request. */
        REQUEST,
        /** The broker does what was asked, its answer never comes. */
        RESPONSE
    }

    private record HoldRule(short apiKey, long nanos) {}

    private record LossRule(Loss loss, int nodeId, short apiKey) {}

    /** A connection attempt on its way to the broker. */
    private record Handshake(Link link, long readyAtNanos) {}

    private final Scheduler scheduler;
    private final VirtualLoop clusterLoop;
    private final IntFunction<BrokerPort> brokers;
    private final ClientRecorder recorder;
    private final RandomGenerator random;
    private final List<Link> links = new ArrayList<>();
    private final List<Handshake> handshakes = new ArrayList<>();
    private final List<LossRule> losses = new ArrayList<>();
    private final List<HoldRule> holds = new ArrayList<>();
    private final List<Runnable> soon = new ArrayList<>();
    private final SortedMap<Integer, Long> stalledUntilNanos = new TreeMap<>();
    private final SortedMap<Integer, Boolean> refusing = new TreeMap<>();
    private long latencyNanosMin = 50_000;
    private long latencyNanosMax = 2_000_000;
    private int nextChannel;
    private int nextLink;
    private int begun;
    private int ended;

    /** A network to these brokers, which are called on their cluster's loop. */
    SimulatedNetwork(
            Scheduler scheduler, VirtualLoop clusterLoop, IntFunction<BrokerPort> brokers, ClientRecorder recorder) {
        this.scheduler = scheduler;
        this.recorder = recorder;
        this.clusterLoop = clusterLoop;
        this.brokers = brokers;
        this.random = scheduler.newRandom();
        scheduler.add(new Doorman());
        scheduler.add(new Soon());
    }

    /** The host on which a broker listens. */
    public static String host(int nodeId) {
        return HOST_PREFIX + nodeId;
    }

    /** The address of such a host, as a name server would tell. */
    static InetAddress resolve(String host) throws UnknownHostException {
        if (!host.startsWith(HOST_PREFIX)) {
            throw new UnknownHostException(host);
        }
        int nodeId = Integer.parseInt(host.substring(HOST_PREFIX.length()));
        return InetAddress.getByAddress(host, new byte[] {10, 0, (byte) (nodeId >> Byte.SIZE), (byte) nodeId});
    }

    private static int nodeId(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        return (bytes[2] & 0xff) << Byte.SIZE | (bytes[3] & 0xff);
    }

    // ---- for channels and links

    ChannelId newChannelId() {
        return new SimulatedChannelId(nextChannel++);
    }

    Link connect(SimulatedChannel channel, InetSocketAddress remote) {
        int nodeId = nodeId(remote);
        recorder.onConnect(channel.loop(), nodeId);
        Link link = new Link(scheduler, this, channel, nodeId, "link-" + nextLink++ + " node-" + nodeId);
        links.add(link);
        begun++;
        long stalled = stalledUntilNanos.getOrDefault(nodeId, scheduler.nanoTime());
        link.stallUntil(stalled);
        handshakes.add(new Handshake(link, Math.max(stalled, scheduler.nanoTime() + drawLatencyNanos())));
        return link;
    }

    void forget(Link link) {
        ended++;
        links.remove(link);
        handshakes.removeIf(handshake -> handshake.link() == link);
    }

    /** How many connections there were, refused ones too. */
    public int begun() {
        return begun;
    }

    /** How many of them are no more. */
    public int ended() {
        return ended;
    }

    /** How many sockets of these loops nobody has closed. */
    long openSockets(List<VirtualLoop> loops) {
        return links.stream()
                .map(Link::channel)
                .filter(channel -> channel.isOpen() && loops.contains(channel.loop()))
                .count();
    }

    long drawLatencyNanos() {
        return random.nextLong(latencyNanosMin, latencyNanosMax + 1);
    }

    void runOnCluster(Runnable task) {
        scheduler.runOn(clusterLoop, task);
    }

    void later(Runnable task) {
        soon.add(task);
    }

    void onRequest(SimulatedChannel channel, int nodeId, byte[] frame) {
        recorder.onRequest(channel.loop(), nodeId, frame);
    }

    boolean takeLoss(Loss loss, int nodeId, short apiKey) {
        for (Iterator<LossRule> each = losses.iterator(); each.hasNext(); ) {
            LossRule rule = each.next();
            if (rule.loss() == loss && rule.apiKey() == apiKey && (rule.nodeId() < 0 || rule.nodeId() == nodeId)) {
                each.remove();
                scheduler.trace().note("lost " + rule);
                return true;
            }
        }
        return false;
    }

    /** How long a request of this API is to be held back; null if it is not. */
    @Nullable
    Long takeHold(short apiKey) {
        for (HoldRule rule : holds) {
            if (rule.apiKey() == apiKey) {
                holds.remove(rule);
                scheduler.trace().note("held back " + rule);
                return rule.nanos();
            }
        }
        return null;
    }

    /** The broker has got the request, but looks at it only now; nobody is there to hear the answer. */
    void arrivesLate(int nodeId, byte[] frame, long nanos) {
        LostRequest request = new LostRequest();
        runOnCluster(() -> {
            var unused = clusterLoop.schedule(() -> request.arrive(nodeId, frame), nanos, TimeUnit.NANOSECONDS);
        });
    }

    private void answer(Link link) {
        if (refusing.getOrDefault(link.nodeId(), false)) {
            link.refuse();
        } else {
            link.accept(brokers.apply(link.nodeId()));
        }
    }

    // ---- what goes wrong

    /** How long bytes are on their way, each way. */
    public void latency(long nanosMin, long nanosMax) {
        latencyNanosMin = nanosMin;
        latencyNanosMax = nanosMax;
    }

    /** The next exchange of this API is lost. Any broker's with a negative node id. */
    public void loseNext(Loss loss, int nodeId, short apiKey) {
        losses.add(new LossRule(loss, nodeId, apiKey));
    }

    /** The next request of this API is looked at only so much later, and its connection is lost. */
    public void holdNext(short apiKey, long nanos) {
        holds.add(new HoldRule(apiKey, nanos));
    }

    /** Resets all connections to a broker. */
    public void reset(int nodeId) {
        of(nodeId).forEach(Link::reset);
    }

    /** The broker ends its direction of all connections to it. */
    public void halfClose(int nodeId) {
        of(nodeId).forEach(Link::halfClose);
    }

    /** A black hole: nothing goes to or from the broker for this long, connections stay open. */
    public void stall(int nodeId, long nanos) {
        long untilNanos = scheduler.nanoTime() + nanos;
        stalledUntilNanos.merge(nodeId, untilNanos, Math::max);
        of(nodeId).forEach(link -> link.stallUntil(untilNanos));
    }

    /** Whether the broker's host refuses new connections. */
    public void refuse(int nodeId, boolean refuses) {
        refusing.put(nodeId, refuses);
    }

    /** Ends the connections of a client that is no more; it hears nothing of it. */
    void drop(List<VirtualLoop> dead) {
        List.copyOf(links).stream()
                .filter(link -> dead.contains(link.channel().loop()))
                .forEach(Link::drop);
    }

    /** Ends all that goes wrong. */
    public void heal() {
        losses.clear();
        holds.clear();
        refusing.clear();
    }

    private List<Link> of(int nodeId) {
        return links.stream().filter(link -> link.nodeId() == nodeId).toList();
    }

    /** Lets connections in. */
    private final class Doorman implements Actor {
        @Override
        public String name() {
            return "accept";
        }

        private @Nullable Handshake first() {
            Handshake first = null;
            for (Handshake each : handshakes) {
                if (first == null || each.readyAtNanos() < first.readyAtNanos()) {
                    first = each;
                }
            }
            return first;
        }

        @Override
        public long readyAtNanos() {
            Handshake first = first();
            return first == null ? NEVER : first.readyAtNanos();
        }

        @Override
        public void step() {
            Handshake first = first();
            if (first != null) {
                handshakes.remove(first);
                answer(first.link());
            }
        }
    }

    /** A request whose connection is no more, as its broker sees it. */
    private final class LostRequest implements BrokerPort.Outbound {
        private BrokerPort.@Nullable Session session;

        void arrive(int nodeId, byte[] frame) {
            BrokerPort.Session opened = brokers.apply(nodeId).open(this, CLIENT_HOST);
            session = opened;
            opened.onFrame(Unpooled.wrappedBuffer(frame));
        }

        @Override
        public void send(ByteBuf ownedFrame) {
            ownedFrame.release();
            close();
        }

        @Override
        public void close() {
            later(() -> {
                BrokerPort.Session open = session;
                if (open != null) {
                    session = null;
                    runOnCluster(open::onClosed);
                }
            });
        }
    }

    /** What may not happen within the call that caused it. */
    private final class Soon implements Actor {
        @Override
        public String name() {
            return "network";
        }

        @Override
        public long readyAtNanos() {
            return soon.isEmpty() ? NEVER : scheduler.nanoTime();
        }

        @Override
        public void step() {
            soon.remove(0).run();
        }
    }

    /** Tells channels apart without asking the machine for its process and its network cards. */
    private record SimulatedChannelId(int number) implements ChannelId {
        @Override
        public String asShortText() {
            return "sim-" + number;
        }

        @Override
        public String asLongText() {
            return asShortText();
        }

        @Override
        public int compareTo(ChannelId other) {
            return asShortText().compareTo(other.asShortText());
        }
    }
}
