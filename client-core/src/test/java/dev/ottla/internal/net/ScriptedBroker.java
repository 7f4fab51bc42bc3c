package dev.ottla.internal.net;

import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.internal.protocol.message.ResponseHeader;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A broker on a real socket that answers as a test tells it to; what no script is given for, it does not answer. */
public final class ScriptedBroker implements AutoCloseable {

    /** A request as it came. */
    public record Request(RequestHeader header, short version, RequestMessage<?> body, Channel channel) {}

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<ApiKey, Function<Request, @Nullable ResponseMessage>> scripts = new ConcurrentHashMap<>();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Queue<Channel> connections = new ConcurrentLinkedQueue<>();
    private final Channel server;

    public ScriptedBroker() {
        this(null);
    }

    /** A broker that speaks TLS. */
    public ScriptedBroker(@Nullable SslContext tls) {
        on(ApiKey.API_VERSIONS, request -> versions(Map.of()));
        server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(new LengthFieldBasedFrameDecoder(Integer.MAX_VALUE, 0, 4, 0, 4))
                                .addLast(new Answering());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    /** Answers this API with what the script returns; null means no answer. */
    public ScriptedBroker on(ApiKey api, Function<Request, @Nullable ResponseMessage> script) {
        scripts.put(api, script);
        return this;
    }

    /** An ApiVersions answer with all versions that the client knows, but for those given. */
    public static ApiVersionsResponse versions(Map<ApiKey, Integer> highest) {
        Map<ApiKey, Integer> limits = new EnumMap<>(ApiKey.class);
        limits.putAll(highest);
        List<ApiVersionsResponse.ApiVersion> ranges = new ArrayList<>();
        for (ApiKey api : ApiKey.values()) {
            int max = limits.getOrDefault(api, (int) api.highestVersion());
            if (max >= 0) {
                ranges.add(new ApiVersionsResponse.ApiVersion(api.id(), api.lowestVersion(), (short) max));
            }
        }
        return ApiVersionsResponse.builder().apiKeys(ranges).build();
    }

    public BrokerAddress address() {
        return new BrokerAddress("127.0.0.1", port());
    }

    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    public List<Request> requests(ApiKey api) {
        return requests.stream()
                .filter(request -> request.header().requestApiKey() == api.id())
                .toList();
    }

    public List<Channel> connections() {
        return List.copyOf(connections);
    }

    /** Sends an answer outside of the script, for instance one that was held back. */
    public static void answer(Request request, ResponseMessage response) {
        answer(request, request.header().correlationId(), response);
    }

    /** Sends an answer with a correlation id of the test's choice. */
    public static void answer(Request request, int correlationId, ResponseMessage response) {
        ApiKey api = request.body().apiKey();
        ByteBuf out = request.channel().alloc().buffer().writeInt(0);
        new ResponseHeader(correlationId).write(out, api.responseHeaderVersion(request.version()));
        response.write(out, request.version());
        out.setInt(0, out.readableBytes() - 4);
        request.channel().writeAndFlush(out);
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        connections.forEach(Channel::close);
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }

    private final class Answering extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf frame) {
            ApiKey api = ApiKey.forId(frame.getShort(frame.readerIndex()));
            short version = frame.getShort(frame.readerIndex() + 2);
            RequestHeader header = RequestHeader.read(frame, api.requestHeaderVersion(version));
            Request request = new Request(header, version, api.readRequest(frame, version), ctx.channel());
            requests.add(request);
            Function<Request, @Nullable ResponseMessage> script = scripts.get(api);
            ResponseMessage response = script == null ? null : script.apply(request);
            if (response != null) {
                answer(request, response);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // What the client does to a connection is what the test is about.
            ctx.close();
        }
    }
}
