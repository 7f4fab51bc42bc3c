package dev.ottla.testkit.fault;

import dev.ottla.internal.protocol.message.ApiKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection and the proxy's connection to the broker for it, joined by two {@link Lane}s. Knows which API a
 * response answers, from the requests that it has seen. Confined to the proxy's event loop.
 */
final class Tunnel {
    /** Requests whose responses are still recognized; more than any client has in flight. */
    private static final int REMEMBERED_REQUESTS_MAX = 4096;

    /** Size, API key, version, correlation id, and the length of the client id. */
    private static final int REQUEST_HEADER_BYTES = 14;

    private final FaultProxy proxy;
    private final Channel client;
    private final Channel broker;
    private final Lane requests;
    private final Lane responses;
    private final Map<Integer, ApiKey> sent = new LinkedHashMap<>();
    private ProxiedConnection connection;
    private boolean over;

    Tunnel(FaultProxy proxy, int number, Channel client, Channel broker) {
        this.proxy = proxy;
        this.connection = new ProxiedConnection(number, "");
        this.client = client;
        this.broker = broker;
        this.requests = new Lane(Direction.REQUEST, this, client, broker);
        this.responses = new Lane(Direction.RESPONSE, this, broker, client);
    }

    void open() {
        client.pipeline().addLast(new FrameReader(this, Direction.REQUEST));
        broker.pipeline().addLast(new FrameReader(this, Direction.RESPONSE));
        client.config().setAutoRead(true);
        broker.config().setAutoRead(true);
    }

    ProxiedConnection connection() {
        return connection;
    }

    void onFrame(Direction direction, ByteBuf ownedBytes) {
        ApiKey api = direction == Direction.REQUEST ? readHeader(ownedBytes) : answered(ownedBytes);
        proxy.onSeen(direction, api);
        lane(direction).onFrame(new Frame(api, ownedBytes, true), proxy.rules());
    }

    /** What comes is not Kafka's. */
    void onBytes(Direction direction, ByteBuf ownedBytes) {
        lane(direction).onFrame(new Frame(null, ownedBytes, false), proxy.rules());
    }

    /** The side that sends in this direction has closed its connection. */
    void onEnded(Direction direction) {
        lane(direction).onSourceEnded();
        // What goes the other way has nobody left to go to.
        lane(direction == Direction.REQUEST ? Direction.RESPONSE : Direction.REQUEST)
                .end();
        if (!client.isActive() && !broker.isActive()) {
            end();
        }
    }

    /** All that came from a side that has ended has been passed on. */
    void onDrained(Lane lane) {
        (lane == requests ? broker : client).close();
    }

    void wake() {
        requests.wake();
        responses.wake();
    }

    void onRuleRemoved(FaultRule rule) {
        requests.onRuleRemoved(rule);
        responses.onRuleRemoved(rule);
    }

    /** Ends both sides in good order, after what has been written. */
    void close() {
        end();
        client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        broker.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends both sides with a reset. */
    void reset() {
        end();
        reset(client);
        reset(broker);
    }

    static void reset(Channel channel) {
        if (channel.isOpen()) {
            // A close that may not linger at all is a reset.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    private void end() {
        if (!over) {
            over = true;
            requests.end();
            responses.end();
            proxy.onEnded(this, requests, responses);
        }
    }

    private Lane lane(Direction direction) {
        return direction == Direction.REQUEST ? requests : responses;
    }

    private @Nullable ApiKey readHeader(ByteBuf request) {
        if (request.readableBytes() < REQUEST_HEADER_BYTES) {
            return null;
        }
        int start = request.readerIndex();
        ApiKey api = ApiKey.forId(request.getShort(start + 4));
        if (api != null) {
            remember(request.getInt(start + 8), api);
        }
        int clientIdBytes = request.getShort(start + 12);
        if (clientIdBytes >= 0 && request.readableBytes() >= REQUEST_HEADER_BYTES + clientIdBytes) {
            String clientId = request.toString(start + REQUEST_HEADER_BYTES, clientIdBytes, StandardCharsets.UTF_8);
            connection = new ProxiedConnection(connection.number(), clientId);
        }
        return api;
    }

    private void remember(int correlationId, ApiKey api) {
        sent.put(correlationId, api);
        if (sent.size() > REMEMBERED_REQUESTS_MAX) {
            sent.remove(sent.keySet().iterator().next());
        }
    }

    private @Nullable ApiKey answered(ByteBuf response) {
        return response.readableBytes() < 8 ? null : sent.get(response.getInt(response.readerIndex() + 4));
    }
}
