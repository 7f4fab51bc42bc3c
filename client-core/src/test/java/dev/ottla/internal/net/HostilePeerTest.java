package dev.ottla.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.HeartbeatRequest;
import dev.ottla.internal.protocol.message.HeartbeatResponse;
import dev.ottla.internal.protocol.message.ResponseHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Peers that answer what no broker should, over a real socket: one typed failure each, and nothing hangs. */
class HostilePeerTest {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final short HEARTBEAT_VERSION = ApiKey.HEARTBEAT.highestVersion();

    /** What a peer sends in reply to one request, given its correlation id. */
    @FunctionalInterface
    private interface Reply {
        byte[] to(int correlationId);
    }

    private record Hostility(String name, Reply reply, Class<? extends KafkaException> failure) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** In place of the answer to ApiVersions. */
    static final List<Hostility> HANDSHAKES = List.of(
            new Hostility("hangs up", id -> new byte[0], ConnectionException.class),
            new Hostility("half a length", id -> new byte[] {0, 0}, ConnectionException.class),
            new Hostility("half a frame", id -> truncated(versions(id), 20), ConnectionException.class),
            new Hostility("huge length", id -> ints(Integer.MAX_VALUE, id), MalformedMessageException.class),
            new Hostility("negative length", id -> ints(-5, id), MalformedMessageException.class),
            new Hostility("empty frame", id -> ints(0), MalformedMessageException.class),
            new Hostility("no body", id -> ints(4, id), MalformedMessageException.class),
            new Hostility("other id", id -> versions(id + 1), MalformedMessageException.class),
            new Hostility("count of 2^31-1", id -> ints(10, id, Short.MAX_VALUE, -1), MalformedMessageException.class),
            new Hostility(
                    "bytes after the end", id -> frame(id, body(versionsBody(), 1)), MalformedMessageException.class),
            new Hostility("refuses for ever", id -> frame(id, refusal(4)), KafkaException.class),
            new Hostility("refuses, naming -1", id -> frame(id, refusal(-1)), KafkaException.class));

    /** In place of the answer to Heartbeat. */
    static final List<Hostility> ANSWERS = List.of(
            new Hostility("hangs up", id -> new byte[0], ConnectionException.class),
            new Hostility("half a frame", id -> truncated(heartbeat(id), 6), ConnectionException.class),
            new Hostility("huge length", id -> ints(Integer.MAX_VALUE), MalformedMessageException.class),
            new Hostility("HTTP", id -> ints(0x48545450), MalformedMessageException.class),
            new Hostility("other id", id -> heartbeat(id + 1), MalformedMessageException.class),
            new Hostility("last id", id -> heartbeat(id - 1), MalformedMessageException.class),
            new Hostility("no body", id -> ints(4, id), MalformedMessageException.class),
            new Hostility(
                    "bytes after the end", id -> frame(id, body(heartbeatBody(), 3)), MalformedMessageException.class));

    private final NettyRuntime runtime = new NettyRuntime(ClientOptions.builder()
            .bootstrapServers("127.0.0.1:1")
            .clientId("hostile")
            .build());

    @AfterEach
    void close() throws InterruptedException {
        runtime.shutdown();
        assertThat(runtime.awaitTermination(TIMEOUT_NANOS)).isTrue();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("kafka-hostile")));
    }

    @ParameterizedTest
    @FieldSource("HANDSHAKES")
    void should_fail_the_attempt(Hostility hostility) throws IOException {
        try (Peer peer = new Peer(hostility.reply())) {
            assertThat(within(connect(peer).closed)).isInstanceOf(hostility.failure());
        }
    }

    @ParameterizedTest
    @FieldSource("ANSWERS")
    void should_fail_what_is_in_flight_once_and_close(Hostility hostility) throws IOException {
        try (Peer peer = new Peer(HostilePeerTest::versions, hostility.reply())) {
            Life life = connect(peer);
            Answer first = new Answer();
            Answer second = new Answer();

            send(within(life.ready), TIMEOUT_NANOS, first, second);

            assertThat(within(first.failure)).isInstanceOf(hostility.failure());
            assertThat(within(second.failure)).isInstanceOf(hostility.failure());
            assertThat(within(life.closed)).isInstanceOf(hostility.failure());
            onLoop(() -> assertThat(List.of(first.calls, second.calls)).allMatch(calls -> calls == 1));
        }
    }

    @Test
    void should_close_when_an_answer_comes_that_was_not_asked_for() throws IOException {
        try (Peer peer = new Peer(id -> joined(versions(id), heartbeat(id + 1)))) {
            assertThat(within(connect(peer).closed))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining("no request waits");
        }
    }

    @Test
    void should_understand_a_peer_that_sends_one_byte_at_a_time() throws IOException {
        try (Peer peer = Peer.byteByByte(HostilePeerTest::versions, HostilePeerTest::heartbeat)) {
            Answer answer = new Answer();

            send(within(connect(peer).ready), TIMEOUT_NANOS, answer);

            assertThat(within(answer.response).errorCode()).isZero();
        }
    }

    @Test
    void should_time_out_on_a_peer_that_stops_in_the_middle_of_a_frame() throws IOException {
        try (Peer peer = Peer.holdingOn(HostilePeerTest::versions, id -> truncated(heartbeat(id), 6))) {
            Answer answer = new Answer();

            send(within(connect(peer).ready), TimeUnit.MILLISECONDS.toNanos(100), answer);

            assertThat(within(answer.failure)).isInstanceOf(RequestTimeoutException.class);
        }
    }

    @Test
    void should_refuse_requests_that_no_sensible_range_covers() throws IOException {
        // given ranges of which none is possible, one of them twice, and one of an API that does not exist
        List<ApiVersionsResponse.ApiVersion> ranges = List.of(
                new ApiVersionsResponse.ApiVersion(ApiKey.HEARTBEAT.id(), (short) 0, (short) 4),
                new ApiVersionsResponse.ApiVersion(ApiKey.HEARTBEAT.id(), Short.MAX_VALUE, Short.MIN_VALUE),
                new ApiVersionsResponse.ApiVersion(Short.MAX_VALUE, (short) 0, (short) 0),
                new ApiVersionsResponse.ApiVersion((short) -1, (short) 0, (short) 0));
        ByteBuf body = Unpooled.buffer();
        ApiVersionsResponse.builder().apiKeys(ranges).build().write(body, ApiKey.API_VERSIONS.highestVersion());
        try (Peer peer = new Peer(id -> frame(id, body.duplicate()), HostilePeerTest::heartbeat)) {
            Answer answer = new Answer();

            send(within(connect(peer).ready), TIMEOUT_NANOS, answer);

            assertThat(within(answer.failure)).isInstanceOf(UnsupportedVersionException.class);
        }
    }

    @Test
    void should_leak_no_buffer() throws IOException {
        long before = activeBuffers();
        for (Hostility hostility :
                Stream.concat(HANDSHAKES.stream(), ANSWERS.stream()).toList()) {
            try (Peer peer = new Peer(HostilePeerTest::versions, hostility.reply())) {
                Life life = connect(peer);
                send(within(life.ready), TIMEOUT_NANOS, new Answer());
                within(life.closed);
            }
        }

        runtime.shutdown();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(activeBuffers()).isLessThanOrEqualTo(before));
    }

    /** What a thread's cache holds counts, until the thread has ended. */
    private static long activeBuffers() {
        return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
                .mapToLong(PoolArenaMetric::numActiveAllocations)
                .sum();
    }

    private Life connect(Peer peer) {
        Life life = new Life();
        runtime.homeLoop()
                .execute(() -> runtime.connector()
                        .connect(runtime.homeLoop(), new BrokerAddress("127.0.0.1", peer.port()), TIMEOUT_NANOS, life));
        return life;
    }

    private void send(BrokerConnection connection, long timeoutNanos, Answer... answers) {
        onLoop(() -> {
            for (Answer answer : answers) {
                connection.send(new HeartbeatRequest("group", 1, "member", null), timeoutNanos, answer);
            }
        });
    }

    private void onLoop(Runnable task) {
        within(CompletableFuture.runAsync(task, runtime.homeLoop()));
    }

    private static <T> T within(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static byte[] versions(int correlationId) {
        return frame(correlationId, versionsBody());
    }

    private static ByteBuf versionsBody() {
        ByteBuf body = Unpooled.buffer();
        ScriptedBroker.versions(Map.of()).write(body, ApiKey.API_VERSIONS.highestVersion());
        return body;
    }

    private static ByteBuf refusal(int highest) {
        return Unpooled.buffer()
                .writeShort(35)
                .writeInt(1)
                .writeShort(ApiKey.API_VERSIONS.id())
                .writeShort(0)
                .writeShort(highest);
    }

    private static byte[] heartbeat(int correlationId) {
        ByteBuf header = Unpooled.buffer();
        new ResponseHeader(correlationId).write(header, ApiKey.HEARTBEAT.responseHeaderVersion(HEARTBEAT_VERSION));
        return joined(
                ints(header.readableBytes() + heartbeatBody().readableBytes()), bytes(header), bytes(heartbeatBody()));
    }

    /** Without the tag count that a flexible response header has. */
    private static ByteBuf heartbeatBody() {
        ByteBuf body = Unpooled.buffer();
        new HeartbeatResponse(0, (short) 0).write(body, HEARTBEAT_VERSION);
        return body;
    }

    private static ByteBuf body(ByteBuf valid, int extraBytes) {
        return valid.writeZero(extraBytes);
    }

    private static byte[] frame(int correlationId, ByteBuf body) {
        return joined(ints(4 + body.readableBytes(), correlationId), bytes(body));
    }

    private static byte[] truncated(byte[] frame, int bytes) {
        return Arrays.copyOf(frame, bytes);
    }

    private static byte[] ints(int... values) {
        ByteBuf out = Unpooled.buffer();
        for (int value : values) {
            out.writeInt(value);
        }
        return bytes(out);
    }

    private static byte[] joined(byte[]... parts) {
        return bytes(Unpooled.wrappedBuffer(parts));
    }

    private static byte[] bytes(ByteBuf buffer) {
        return ByteBufUtil.getBytes(buffer);
    }

    /** Answers the first requests of one connection with one reply each, then hangs up, or holds on. */
    private static final class Peer implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private final boolean isByteByByte;
        private final boolean isHoldingOn;
        private final List<Reply> replies;

        Peer(Reply... replies) throws IOException {
            this(false, false, replies);
        }

        private Peer(boolean isByteByByte, boolean isHoldingOn, Reply... replies) throws IOException {
            this.isByteByByte = isByteByByte;
            this.isHoldingOn = isHoldingOn;
            this.replies = List.of(replies);
            Thread thread = new Thread(this::serve, "peer");
            thread.setDaemon(true);
            thread.start();
        }

        static Peer byteByByte(Reply... replies) throws IOException {
            return new Peer(true, true, replies);
        }

        static Peer holdingOn(Reply... replies) throws IOException {
            return new Peer(false, true, replies);
        }

        int port() {
            return server.getLocalPort();
        }

        private void serve() {
            try (Socket socket = server.accept();
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    OutputStream out = socket.getOutputStream()) {
                socket.setTcpNoDelay(true);
                for (Reply reply : replies) {
                    byte[] request = new byte[in.readInt()];
                    in.readFully(request);
                    write(out, reply.to(Unpooled.wrappedBuffer(request).getInt(4)));
                }
                if (isHoldingOn) {
                    closed.join();
                }
            } catch (IOException clientHungUp) {
                // It may, and the test looks at why.
            }
        }

        private void write(OutputStream out, byte[] bytes) throws IOException {
            if (!isByteByByte) {
                out.write(bytes);
                return;
            }
            for (byte b : bytes) {
                out.write(b);
                out.flush();
            }
        }

        @Override
        public void close() throws IOException {
            closed.complete(null);
            server.close();
        }
    }

    private static final class Answer implements ResponseHandler {
        private final CompletableFuture<HeartbeatResponse> response = new CompletableFuture<>();
        private final CompletableFuture<KafkaException> failure = new CompletableFuture<>();
        private int calls;

        @Override
        public int onResponse(ByteBuf body, short version) {
            HeartbeatResponse read = Wire.readToEnd(body, version, "HeartbeatResponse", HeartbeatResponse::read);
            calls++;
            response.complete(read);
            return 0;
        }

        @Override
        public void onFailure(KafkaException cause, Transmission transmission) {
            calls++;
            failure.complete(cause);
        }
    }

    private static final class Life implements ConnectionListener {
        private final CompletableFuture<BrokerConnection> ready = new CompletableFuture<>();
        private final CompletableFuture<KafkaException> closed = new CompletableFuture<>();

        @Override
        public void onReady(BrokerConnection connection) {
            ready.complete(connection);
        }

        @Override
        public void onIdle(BrokerConnection connection, KafkaException cause) {
            throw new AssertionError("not idle");
        }

        @Override
        public void onClosed(KafkaException cause) {
            ready.completeExceptionally(cause);
            assertThat(closed.complete(cause)).isTrue();
        }
    }
}
