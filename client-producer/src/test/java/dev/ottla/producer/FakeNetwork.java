package dev.ottla.producer;

import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.net.BrokerAddress;
import dev.ottla.internal.net.BrokerConnection;
import dev.ottla.internal.net.ConnectionListener;
import dev.ottla.internal.net.Connector;
import dev.ottla.internal.net.NegotiatedVersions;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.Message;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.InitProducerIdRequest;
import dev.ottla.internal.protocol.message.InitProducerIdResponse;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.ProduceRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brokers without sockets: metadata requests are answered from {@link FakeTopics}, produce requests are read back from their
 * bytes and wait in {@link #requests} for the test to answer them. The node id of a broker is its port.
 */
final class FakeNetwork implements Connector {
    static final int BOOTSTRAP_PORT = 99;

    final FakeTopics topics = new FakeTopics();
    final Deque<FakeProduce> requests = new ArrayDeque<>();
    final List<FakeConnection> connections = new ArrayList<>();

    /** Connections to these nodes are refused. */
    final Set<Integer> down = new HashSet<>();

    /** Why connections to nodes that are down fail; null for a reason that may pass. */
    @Nullable
    KafkaException refusal;

    /** How many produce requests were answered at once. */
    int answered;

    /** Whether the brokers' sockets take more bytes. */
    boolean isWritable = true;

    /** What requests for a producer id are answered with. */
    ErrorCode producerIdError = ErrorCode.NONE;

    /** How many producer ids were given out; the first one is 1. */
    int producerIds;

    final FakeCoordinator coordinator = new FakeCoordinator();

    short produceVersion = ApiKey.PRODUCE.highestVersion();

    /** What every produce request is answered with at once; null leaves it to the test. */
    @Nullable
    ErrorCode answersAtOnce;

    @Override
    public Attempt connect(EventLoop loop, BrokerAddress address, long setupTimeoutNanos, ConnectionListener listener) {
        FakeConnection connection = new FakeConnection(loop, address.port(), listener);
        loop.execute(() -> {
            if (down.contains(address.port())) {
                listener.onClosed(
                        refusal != null ? refusal : new ConnectionException("No connection to " + address + ".", null));
            } else {
                connections.add(connection);
                listener.onReady(connection);
            }
        });
        return () -> connection.close(new ConnectionException("given up", null));
    }

    /** The loop of the last connection to a node. */
    EventLoop loopOf(int nodeId) {
        return connections.stream()
                .filter(connection -> connection.nodeId == nodeId)
                .reduce((first, second) -> second)
                .orElseThrow()
                .loop;
    }

    /** The oldest produce request that was not answered yet. */
    FakeProduce next() {
        return requests.removeFirst();
    }

    /** One connection; what it is asked to send stays with the test. */
    final class FakeConnection implements BrokerConnection {
        final EventLoop loop;
        final int nodeId;
        private final ConnectionListener listener;
        private final Deque<ResponseHandler> inFlight = new ArrayDeque<>();
        private final NegotiatedVersions versions;
        private boolean isClosed;

        FakeConnection(EventLoop loop, int nodeId, ConnectionListener listener) {
            this.loop = loop;
            this.nodeId = nodeId;
            this.listener = listener;
            this.versions =
                    new NegotiatedVersions(new BrokerAddress("node", nodeId), FakeVersions.answer(coordinator.isV2()));
        }

        @Override
        public NegotiatedVersions versions() {
            return versions;
        }

        @Override
        public void send(RequestBody request, long timeoutNanos, ResponseHandler handler) {
            assert loop.inEventLoop();
            inFlight.addLast(handler);
            if (request instanceof MetadataRequest metadata) {
                short version = ApiKey.METADATA.highestVersion();
                answer(handler, topics.answer(metadata), version);
            } else if (request.apiKey() == ApiKey.PRODUCE) {
                short version = (short) Math.min(produceVersion, request.highestVersion());
                FakeProduce produce = new FakeProduce(this, handler, version, read(request, version));
                requests.addLast(produce);
                if (answersAtOnce != null) {
                    answered++;
                    requests.removeLast().answer(answersAtOnce);
                }
            } else if (request instanceof InitProducerIdRequest) {
                answer(handler, nextProducerId(), ApiKey.INIT_PRODUCER_ID.highestVersion());
            } else {
                coordinator.onRequest(this, request, handler);
            }
        }

        private InitProducerIdResponse nextProducerId() {
            boolean isGiven = producerIdError == ErrorCode.NONE;
            producerIds += isGiven ? 1 : 0;
            return InitProducerIdResponse.builder()
                    .errorCode(producerIdError.code())
                    .producerId(isGiven ? producerIds : -1)
                    .producerEpoch((short) (isGiven ? 0 : -1))
                    .build();
        }

        void answer(ResponseHandler handler, Message response, short version) {
            loop.execute(() -> {
                if (inFlight.remove(handler)) {
                    ByteBuf body = Unpooled.buffer();
                    response.write(body, version);
                    handler.onResponse(body, version);
                }
            });
        }

        void written(ResponseHandler handler) {
            loop.execute(() -> {
                if (inFlight.remove(handler)) {
                    handler.onWritten();
                }
            });
        }

        /** The connection breaks: everything in flight is lost. */
        void lose() {
            loop.execute(() -> close(new ConnectionException("The connection to node " + nodeId + " was lost.", null)));
        }

        @Override
        public int inFlightCount() {
            return inFlight.size();
        }

        @Override
        public boolean isWritable() {
            return isWritable;
        }

        @Override
        public void close(KafkaException cause) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            for (ResponseHandler handler = inFlight.poll(); handler != null; handler = inFlight.poll()) {
                handler.onFailure(cause, Transmission.POSSIBLY_SENT);
            }
            listener.onClosed(cause);
        }
    }

    private static ProduceRequest read(RequestBody request, short version) {
        FrameBuilder frame = new FrameBuilder(Unpooled.buffer());
        request.write(frame, version);
        ByteBuf bytes = Unpooled.buffer();
        for (ByteBuf part : frame.finish()) {
            bytes.writeBytes(part);
            part.release();
        }
        bytes.skipBytes(Integer.BYTES);
        return ProduceRequest.read(bytes, version);
    }
}
