package dev.ottla.benchmarks.nullbroker;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A cluster that acknowledges everything at once and stores nothing, so that what remains is the client's own cost. Every
 * broker listens on a port of its own; partition i is led by broker i modulo the number of brokers. Thread-safe.
 */
public final class NullBroker implements AutoCloseable {
    private static final int MAX_FRAME_BYTES = 128 * 1024 * 1024;

    private final EventLoopGroup group;
    private final List<Channel> listening = new ArrayList<>();
    private final CannedTopics topics = new CannedTopics();
    private final OffsetAnswers offsets = new OffsetAnswers(topics);
    private final Tally tally = new Tally();
    private final AtomicInteger nextSessionId = new AtomicInteger(1);
    private final Consumer<Throwable> onError;
    private final ClusterAnswers cluster;

    /**
     * Starts the brokers on free ports of 127.0.0.1.
     *
     * @param brokers how many
     * @param threads how many event loops serve them all
     * @param onError hears what closes a connection; called on an event loop
     */
    public NullBroker(int brokers, int threads, Consumer<Throwable> onError) {
        this.onError = onError;
        this.group = new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new LengthFieldBasedFrameDecoder(
                                        MAX_FRAME_BYTES, 0, Integer.BYTES, 0, Integer.BYTES))
                                .addLast(new RequestHandler(NullBroker.this, nextSessionId.getAndIncrement()));
                    }
                });
        for (int i = 0; i < brokers; i++) {
            listening.add(
                    bootstrap.bind(ClusterAnswers.HOST, 0).syncUninterruptibly().channel());
        }
        this.cluster = new ClusterAnswers(ports(), topics);
    }

    private List<Integer> ports() {
        return listening.stream()
                .map(channel -> ((InetSocketAddress) channel.localAddress()).getPort())
                .collect(Collectors.toList());
    }

    /** The addresses of all brokers, as {@code bootstrap.servers} takes them. */
    public String bootstrapServers() {
        return ports().stream().map(port -> ClusterAnswers.HOST + ":" + port).collect(Collectors.joining(","));
    }

    ClusterAnswers cluster() {
        return cluster;
    }

    OffsetAnswers offsets() {
        return offsets;
    }

    CannedTopics topics() {
        return topics;
    }

    Tally tally() {
        return tally;
    }

    /**
     * Lets records appear in a paced topic.
     *
     * @throws IllegalArgumentException if there is no such topic, or it is not a paced one
     */
    public void grow(String topic, long records, int perSecond) {
        CannedTopics.CannedTopic found = topics.find(topic);
        Pace pace = found == null ? null : found.log().pace();
        if (pace == null) {
            throw new IllegalArgumentException("not a paced topic: " + topic);
        }
        pace.grow(records, perSecond);
    }

    void onError(Throwable cause) {
        onError.accept(cause);
    }

    /** Ends all connections and threads; blocks until they have ended. */
    @Override
    public void close() {
        listening.forEach(channel -> channel.close().syncUninterruptibly());
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
