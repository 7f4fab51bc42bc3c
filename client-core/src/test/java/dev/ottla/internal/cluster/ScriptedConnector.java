package dev.ottla.internal.cluster;

import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.net.BrokerAddress;
import dev.ottla.internal.net.BrokerConnection;
import dev.ottla.internal.net.ConnectionListener;
import dev.ottla.internal.net.Connector;
import dev.ottla.internal.net.NegotiatedVersions;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.ResponseMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A network without sockets: connections succeed or fail, and requests are answered, as the test says. */
final class ScriptedConnector implements Connector {
    final Set<BrokerAddress> unreachable = new HashSet<>();

    /** Those that neither accept nor refuse. */
    final Set<BrokerAddress> stalled = new HashSet<>();

    final List<BrokerAddress> connectAttempts = new ArrayList<>();
    final List<Connection> connections = new ArrayList<>();

    /** Gives the answer of the broker at an address; null means that it is silent. */
    BiFunction<BrokerAddress, RequestBody, @Nullable ResponseMessage> broker = (address, request) -> null;

    @Override
    public Attempt connect(EventLoop loop, BrokerAddress address, long setupTimeoutNanos, ConnectionListener listener) {
        connectAttempts.add(address);
        Connection connection = new Connection(loop, address, listener);
        loop.execute(() -> {
            if (unreachable.contains(address)) {
                connection.close(new ConnectionException(address + " refused", null));
            } else if (!connection.closed && !stalled.contains(address)) {
                connections.add(connection);
                listener.onReady(connection);
            }
        });
        return () -> connection.close(new ConnectionException("cancelled", null));
    }

    final class Connection implements BrokerConnection {
        final BrokerAddress address;
        private final EventLoop loop;
        private final ConnectionListener listener;
        private final List<ResponseHandler> unanswered = new ArrayList<>();
        boolean closed;

        private Connection(EventLoop loop, BrokerAddress address, ConnectionListener listener) {
            this.loop = loop;
            this.address = address;
            this.listener = listener;
        }

        @Override
        public NegotiatedVersions versions() {
            throw new AssertionError("not asked for in these tests");
        }

        @Override
        public void send(RequestBody request, long timeoutNanos, ResponseHandler handler) {
            unanswered.add(handler);
            ResponseMessage response = broker.apply(address, request);
            if (response != null) {
                loop.execute(() -> answer(request, handler, response));
            }
        }

        private void answer(RequestBody request, ResponseHandler handler, ResponseMessage response) {
            if (unanswered.remove(handler)) {
                ByteBuf body = Unpooled.buffer();
                response.write(body, request.highestVersion());
                handler.onResponse(body, request.highestVersion());
                body.release();
            }
        }

        @Override
        public int inFlightCount() {
            return unanswered.size();
        }

        @Override
        public boolean isWritable() {
            return !closed;
        }

        @Override
        public void close(KafkaException cause) {
            if (closed) {
                return;
            }
            closed = true;
            List.copyOf(unanswered).forEach(handler -> handler.onFailure(cause, Transmission.POSSIBLY_SENT));
            unanswered.clear();
            listener.onClosed(cause);
        }
    }
}
