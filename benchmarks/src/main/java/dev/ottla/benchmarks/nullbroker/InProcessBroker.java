package dev.ottla.benchmarks.nullbroker;

import dev.ottla.errors.ClosedException;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.net.BrokerAddress;
import dev.ottla.internal.net.BrokerConnection;
import dev.ottla.internal.net.ConnectionListener;
import dev.ottla.internal.net.Connector;
import dev.ottla.internal.net.NegotiatedVersions;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.Message;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.ProduceRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A null broker without a process and without sockets: a client's requests end here, encoded as they would be for a socket, and
 * the client's own loop reads the answer next. What is left is the client's work. Thread-safe; what it hands out belongs to the
 * loop that asked for it.
 */
public final class InProcessBroker implements Connector {
    private static final int PORT = 9092;

    /** As {@code bootstrap.servers}; nobody listens there, and nobody is asked. */
    public static final String ADDRESS = ClusterAnswers.HOST + ":" + PORT;

    private static final int FIELDS_BYTES = 512;

    private final CannedTopics topics = new CannedTopics();
    private final Tally tally = new Tally();
    private final ClusterAnswers cluster = new ClusterAnswers(List.of(PORT), topics);
    private final boolean acknowledges;
    private final CompletableFuture<RequestBody> firstProduced = new CompletableFuture<>();

    /**
     * A broker for one client.
     *
     * @param acknowledges whether it answers what is produced; if not, batches stay as they were sent
     */
    public InProcessBroker(boolean acknowledges) {
        this.acknowledges = acknowledges;
    }

    /** The first request that brought batches, as soon as there is one. */
    public CompletableFuture<RequestBody> firstProduced() {
        return firstProduced;
    }

    Tally tally() {
        return tally;
    }

    @Override
    public Attempt connect(EventLoop loop, BrokerAddress address, long setupTimeoutNanos, ConnectionListener listener) {
        Connection connection = new Connection(loop, new NegotiatedVersions(address, cluster.apiVersions()), listener);
        loop.execute(connection::open);
        return () -> connection.close(new ClosedException("The connection was given up.", null));
    }

    /** One connection; owned by its loop. */
    private final class Connection implements BrokerConnection {
        private final EventLoop loop;
        private final NegotiatedVersions versions;
        private final ConnectionListener listener;
        private final ProduceAnswers produced = new ProduceAnswers(topics, tally);
        private int inFlight;
        private boolean isClosed;

        private Connection(EventLoop loop, NegotiatedVersions versions, ConnectionListener listener) {
            this.loop = loop;
            this.versions = versions;
            this.listener = listener;
        }

        private void open() {
            if (!isClosed) {
                listener.onReady(this);
            }
        }

        @Override
        public NegotiatedVersions versions() {
            return versions;
        }

        @Override
        public void send(RequestBody request, long timeoutNanos, ResponseHandler handler) {
            short version = versions.versionFor(request);
            inFlight++;
            if (request.apiKey() == ApiKey.PRODUCE) {
                firstProduced.complete(request);
            }
            if (acknowledges || request.apiKey() != ApiKey.PRODUCE) {
                ByteBuf answer = Unpooled.buffer();
                answer(request, version).write(answer, version);
                loop.execute(() -> {
                    inFlight--;
                    handler.onResponse(answer, version);
                });
            }
        }

        private Message answer(RequestBody request, short version) {
            ByteBuf frame = frame(request, version);
            try {
                ByteBuf body = frame.skipBytes(Integer.BYTES);
                return switch (request.apiKey()) {
                    case METADATA -> cluster.metadata(MetadataRequest.read(body, version));
                    case INIT_PRODUCER_ID -> cluster.producerId();
                    case PRODUCE -> produced.answer(ProduceRequest.read(body, version));
                    default -> throw new IllegalStateException("not answered: " + request.apiKey());
                };
            } finally {
                frame.release();
            }
        }

        /** All parts behind each other, none of them copied. The caller owns the result. */
        private static ByteBuf frame(RequestBody request, short version) {
            FrameBuilder frame = new FrameBuilder(Unpooled.buffer(FIELDS_BYTES));
            request.write(frame, version);
            ByteBuf[] parts = frame.finish().toArray(new ByteBuf[0]);
            return Unpooled.wrappedBuffer(parts.length, parts);
        }

        @Override
        public int inFlightCount() {
            return inFlight;
        }

        @Override
        public boolean isWritable() {
            return !isClosed;
        }

        @Override
        public void close(KafkaException cause) {
            if (!isClosed) {
                isClosed = true;
                loop.execute(() -> listener.onClosed(cause));
            }
        }
    }
}
