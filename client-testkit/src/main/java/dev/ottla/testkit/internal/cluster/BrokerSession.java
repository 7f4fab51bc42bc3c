package dev.ottla.testkit.internal.cluster;

import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.internal.protocol.message.ResponseHeader;
import dev.ottla.testkit.internal.api.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker's end of one connection. Like a real broker it works on one request at a time: the next one is not looked at before
 * the answer to the last one is sent, so a fetch that waits holds up what comes behind it. Owned by the cluster's loop.
 */
@EventLoopConfined
final class BrokerSession implements BrokerPort.Session, Connection {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);

    private final ModelBroker broker;
    private final BrokerPort.Outbound outbound;
    private final String clientHost;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private State state = State.IDLE;
    private boolean isServing;

    private enum State {
        /** The next request can be looked at. */
        IDLE,
        /** A request is worked on. */
        BUSY,
        /** Nothing is read or sent any more. */
        CLOSED
    }

    BrokerSession(ModelBroker broker, BrokerPort.Outbound outbound, String clientHost) {
        this.broker = broker;
        this.outbound = outbound;
        this.clientHost = clientHost;
    }

    @Override
    public void onFrame(ByteBuf ownedFrame) {
        if (state == State.CLOSED) {
            ownedFrame.release();
            return;
        }
        waiting.addLast(ownedFrame);
        serve();
    }

    /** A loop rather than a recursion: most answers are given while the request is being handed over. */
    private void serve() {
        if (isServing) {
            return;
        }
        isServing = true;
        try {
            while (state == State.IDLE && !waiting.isEmpty()) {
                state = State.BUSY;
                serve(waiting.removeFirst());
            }
        } finally {
            isServing = false;
        }
    }

    private void serve(ByteBuf ownedFrame) {
        try {
            broker.apis().serve(ownedFrame, this);
        } catch (MalformedMessageException malformed) {
            LOG.warn("[fake-broker-{}] closes the connection of {}: {}", nodeId(), clientHost, malformed.getMessage());
            disconnect();
        } finally {
            ownedFrame.release();
        }
    }

    @Override
    public void respond(RequestHeader request, @Nullable ResponseMessage response, long delayNanos) {
        if (state == State.CLOSED) {
            return;
        }
        if (delayNanos > 0) {
            broker.loop().schedule(() -> finish(request, response), delayNanos);
        } else {
            finish(request, response);
        }
    }

    private void finish(RequestHeader request, @Nullable ResponseMessage response) {
        if (state == State.CLOSED) {
            return;
        }
        if (response != null) {
            outbound.send(encode(request, response));
        }
        state = State.IDLE;
        serve();
    }

    private static ByteBuf encode(RequestHeader request, ResponseMessage response) {
        ApiKey api = Objects.requireNonNull(ApiKey.forId(request.requestApiKey()));
        short version = request.requestApiVersion();
        ByteBuf frame = ByteBufAllocator.DEFAULT.buffer();
        try {
            new ResponseHeader(request.correlationId()).write(frame, api.responseHeaderVersion(version));
            response.write(frame, version);
        } catch (RuntimeException bug) {
            frame.release();
            throw bug;
        }
        return frame;
    }

    @Override
    public void disconnect() {
        if (state != State.CLOSED) {
            onClosed();
            outbound.close();
        }
    }

    @Override
    public void onClosed() {
        state = State.CLOSED;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        broker.forget(this);
    }

    @Override
    public int nodeId() {
        return broker.nodeId();
    }

    @Override
    public String clientHost() {
        return clientHost;
    }
}
