package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.testkit.internal.cluster.BrokerPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection between a client's channel and a broker: two {@link Pipe}s, and what may go wrong with them. Owned by the
 * {@link SimulatedNetwork}; each end is called on its own loop.
 */
@Confined
final class Link implements BrokerPort.Outbound {
    private final Scheduler scheduler;
    private final SimulatedNetwork network;
    private final SimulatedChannel channel;
    private final int nodeId;
    private final Pipe toBroker;
    private final Pipe toClient;
    private final FrameCutter cutter;
    private final FrameCutter sent = new FrameCutter(this::onSent);

    /** The API of each request without an answer, by correlation id. */
    private final Map<Integer, Short> asked = new HashMap<>();

    /** Correlation ids of produce requests from when they are sent until their answers have come; only kept if frames are whole. */
    private final Set<Integer> producing = new HashSet<>();

    private BrokerPort.@Nullable Session session;
    private boolean isEnded;

    Link(Scheduler scheduler, SimulatedNetwork network, SimulatedChannel channel, int nodeId, String name) {
        this.scheduler = scheduler;
        this.network = network;
        this.channel = channel;
        this.nodeId = nodeId;
        this.toBroker = new Pipe(scheduler, network, this, name + ">", this::onBytesForBroker);
        this.toClient = new Pipe(scheduler, network, this, name + "<", this::onBytesForClient);
        this.cutter = new FrameCutter(this::onRequest);
    }

    int nodeId() {
        return nodeId;
    }

    SimulatedChannel channel() {
        return channel;
    }

    // ---- the client's end

    boolean hasRoom() {
        return toBroker.hasRoom();
    }

    void send(byte[] bytes) {
        if (!scheduler.course().cutsBytes()) {
            sent.accept(bytes);
        }
        toBroker.send(bytes);
    }

    private void onSent(byte[] frame) {
        if (FrameCutter.shortAt(frame, 0) == ApiKey.PRODUCE.id()) {
            producing.add(FrameCutter.intAt(frame, Short.BYTES + Short.BYTES));
        }
    }

    /** Whether a produce request is under way here, or its answer. */
    boolean carriesRecords() {
        return !producing.isEmpty();
    }

    /** Whether the pipe leads from the client to the broker. */
    boolean isToBroker(Pipe pipe) {
        return pipe == toBroker;
    }

    void onClientClosed() {
        if (!isEnded) {
            toClient.cut();
            toBroker.end(this::endAtBroker);
        }
    }

    private void onBytesForClient(byte[] bytes) {
        if (!producing.isEmpty()) {
            producing.remove(FrameCutter.intAt(bytes, Integer.BYTES));
        }
        atClient(() -> channel.onBytes(channel.alloc().ioBuffer(bytes.length).writeBytes(bytes)));
    }

    /** A client that stands still hears of it when it goes on. */
    private void atClient(Runnable task) {
        VirtualLoop loop = channel.loop();
        if (loop.isHalted()) {
            loop.execute(task);
        } else {
            scheduler.runOn(loop, task);
        }
    }

    // ---- the broker's end

    /** The handshake has reached the broker. */
    void accept(BrokerPort broker) {
        network.runOnCluster(() -> {
            BrokerPort.Session opened = broker.open(this, SimulatedNetwork.CLIENT_HOST);
            if (isEnded) {
                opened.onClosed();
            } else {
                session = opened;
            }
        });
        atClient(channel::onConnected);
    }

    void refuse() {
        toBroker.cut();
        toClient.cut();
        isEnded = true;
        network.forget(this);
        atClient(() -> channel.onRefused(new ConnectException("Connection refused: node " + nodeId)));
    }

    private void onBytesForBroker(byte[] bytes) {
        boolean hadRoom = toBroker.hasRoom();
        cutter.accept(bytes);
        if (hadRoom && !isEnded) {
            atClient(channel::onRoom);
        }
    }

    private void onRequest(byte[] frame) {
        if (isEnded) {
            return;
        }
        short apiKey = FrameCutter.shortAt(frame, 0);
        network.onRequest(channel, nodeId, frame);
        if (network.takeLoss(SimulatedNetwork.Loss.REQUEST, nodeId, apiKey)) {
            reset();
            return;
        }
        Long heldNanos = network.takeHold(apiKey);
        if (heldNanos != null) {
            network.arrivesLate(nodeId, frame, heldNanos);
            reset();
            return;
        }
        asked.put(FrameCutter.intAt(frame, Short.BYTES + Short.BYTES), apiKey);
        BrokerPort.Session open = session;
        if (open != null) {
            network.runOnCluster(() -> open.onFrame(Unpooled.wrappedBuffer(frame)));
        }
    }

    @Override
    public void send(ByteBuf ownedFrame) {
        byte[] framed = new byte[Integer.BYTES + ownedFrame.readableBytes()];
        Unpooled.wrappedBuffer(framed).setInt(0, ownedFrame.readableBytes());
        ownedFrame.readBytes(framed, Integer.BYTES, ownedFrame.readableBytes());
        ownedFrame.release();
        if (isEnded) {
            return;
        }
        Short apiKey = asked.remove(FrameCutter.intAt(framed, Integer.BYTES));
        if (apiKey != null && network.takeLoss(SimulatedNetwork.Loss.RESPONSE, nodeId, apiKey)) {
            // Not from within the broker's own call, which is not done yet.
            toClient.end(() -> {});
            network.later(this::reset);
        } else {
            toClient.send(framed);
        }
    }

    @Override
    public void close() {
        if (!isEnded) {
            toClient.end(() -> atClient(channel::onEnd));
            toBroker.cut();
            network.later(this::endAtBroker);
        }
    }

    private void endAtBroker() {
        if (isEnded) {
            return;
        }
        isEnded = true;
        network.forget(this);
        BrokerPort.Session open = session;
        if (open != null) {
            network.runOnCluster(open::onClosed);
        }
    }

    // ---- faults

    /** The client is gone without a word; the broker sees the connection end. */
    void drop() {
        toClient.cut();
        toBroker.cut();
        endAtBroker();
    }

    /** Both ends lose the connection, and all that was on its way. */
    void reset() {
        if (isEnded) {
            return;
        }
        toBroker.cut();
        toClient.cut();
        endAtBroker();
        atClient(() -> {
            if (channel.isActive()) {
                channel.onReset();
            } else {
                channel.onRefused(new IOException("Connection reset by peer"));
            }
        });
    }

    /** The broker ends its direction after what it has sent; it still reads. */
    void halfClose() {
        toClient.end(() -> atClient(channel::onEnd));
    }

    void stallUntil(long nanos) {
        toBroker.stallUntil(nanos);
        toClient.stallUntil(nanos);
    }
}
