package dev.ottla.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.net.ScriptedBroker.Request;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsRequest;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.FindCoordinatorRequest;
import dev.ottla.internal.protocol.message.HeartbeatRequest;
import dev.ottla.internal.protocol.message.HeartbeatResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NettyConnectionTest {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final HeartbeatResponse OK = new HeartbeatResponse(0, (short) 0);

    private final ScriptedBroker broker = new ScriptedBroker();
    private final ClientOptions options = options();
    private final NettyRuntime runtime = new NettyRuntime(options);
    private final LifeOfConnection life = new LifeOfConnection();

    private static ClientOptions options() {
        return ClientOptions.builder()
                .bootstrapServers("127.0.0.1:1")
                .clientId("test-client")
                .connectionsMaxIdle(Duration.ofMillis(300))
                .build();
    }

    @AfterEach
    void close() {
        runtime.shutdown();
        broker.close();
    }

    @Test
    void should_introduce_itself_and_negotiate_versions() {
        // given
        broker.on(ApiKey.API_VERSIONS, request -> ScriptedBroker.versions(Map.of(ApiKey.FIND_COORDINATOR, 2)));

        // when
        BrokerConnection connection = connect();

        // then
        Request asked = broker.requests(ApiKey.API_VERSIONS).get(0);
        assertThat(asked.header().clientId()).isEqualTo("test-client");
        assertThat(((ApiVersionsRequest) asked.body()).clientSoftwareName()).isEqualTo("ottla");
        assertThat(connection.versions().versionFor(new FindCoordinatorRequest("g", (byte) 0, List.of())))
                .isEqualTo((short) 2);
    }

    @Test
    void should_ask_again_in_the_version_that_an_old_broker_names() {
        // given a broker that knows ApiVersions up to version 2
        broker.on(
                ApiKey.API_VERSIONS,
                request -> request.version() > 2
                        ? refusal(request)
                        : ScriptedBroker.versions(Map.of(ApiKey.API_VERSIONS, 2)));

        // when
        connect();

        // then
        assertThat(broker.requests(ApiKey.API_VERSIONS))
                .extracting(Request::version)
                .containsExactly(ApiKey.API_VERSIONS.highestVersion(), (short) 2);
    }

    /** KIP-511: a refusal is in version 0, whatever was asked. */
    private static ApiVersionsResponse refusal(Request request) {
        ByteBuf out = Unpooled.buffer().writeInt(0).writeInt(request.header().correlationId());
        new ApiVersionsResponseOfVersion0(35, ApiKey.API_VERSIONS, 0, 2).write(out);
        out.setInt(0, out.readableBytes() - 4);
        request.channel().writeAndFlush(out);
        return null;
    }

    private record ApiVersionsResponseOfVersion0(int errorCode, ApiKey api, int min, int max) {
        void write(ByteBuf out) {
            out.writeShort(errorCode)
                    .writeInt(1)
                    .writeShort(api.id())
                    .writeShort(min)
                    .writeShort(max);
        }
    }

    @Test
    void should_answer_in_the_order_of_the_requests() {
        // given
        broker.on(ApiKey.HEARTBEAT, request -> OK);
        BrokerConnection connection = connect();
        ConcurrentLinkedQueue<Integer> answered = new ConcurrentLinkedQueue<>();

        // when
        runtime.homeLoop().execute(() -> {
            for (int i = 0; i < 100; i++) {
                int number = i;
                send(connection, heartbeat(i), TIMEOUT_NANOS).thenRun(() -> answered.add(number));
            }
            assertThat(answered).isEmpty();
        });

        // then
        await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() == 100);
        assertThat(List.copyOf(answered)).isSorted();
        assertThat(broker.requests(ApiKey.HEARTBEAT)).hasSize(100);
    }

    @Test
    void should_close_and_fail_what_is_in_flight_when_an_answer_is_out_of_order() {
        // given
        broker.on(ApiKey.HEARTBEAT, request -> {
            ScriptedBroker.answer(request, request.header().correlationId() + 1, OK);
            return null;
        });
        BrokerConnection connection = connect();

        // when
        CompletableFuture<HeartbeatResponse> answer = sendFromOutside(connection, heartbeat(1), TIMEOUT_NANOS);

        // then
        assertThat(failureOf(answer))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("HEARTBEAT");
        assertThat(within(life.closed)).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void should_close_and_fail_all_when_one_request_times_out() {
        // given
        BrokerConnection connection = connect();

        // when the broker answers neither
        CompletableFuture<HeartbeatResponse> patient = sendFromOutside(connection, heartbeat(1), TIMEOUT_NANOS);
        CompletableFuture<HeartbeatResponse> hasty =
                sendFromOutside(connection, heartbeat(2), TimeUnit.MILLISECONDS.toNanos(50));

        // then
        assertThat(failureOf(hasty)).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("HEARTBEAT");
        assertThat(failureOf(patient)).isInstanceOf(RequestTimeoutException.class);
    }

    @Test
    void should_fail_what_is_in_flight_when_the_broker_goes_away() {
        BrokerConnection connection = connect();
        CompletableFuture<HeartbeatResponse> answer = sendFromOutside(connection, heartbeat(1), TIMEOUT_NANOS);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !broker.requests(ApiKey.HEARTBEAT).isEmpty());

        broker.connections().get(0).close();

        assertThat(failureOf(answer))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("1 requests in flight");
    }

    @Test
    void should_refuse_a_request_that_the_broker_is_too_old_for() {
        broker.on(ApiKey.API_VERSIONS, request -> ScriptedBroker.versions(Map.of(ApiKey.HEARTBEAT, -1)));
        BrokerConnection connection = connect();

        CompletableFuture<HeartbeatResponse> answer = sendFromOutside(connection, heartbeat(1), TIMEOUT_NANOS);

        assertThat(failureOf(answer))
                .isInstanceOf(UnsupportedVersionException.class)
                .hasMessageContaining("not at all");
        assertThat(life.closed).isNotDone();
    }

    @Test
    void should_send_nothing_while_the_broker_throttles() {
        // given a broker that asks for a pause in its first answer
        AtomicInteger answers = new AtomicInteger();
        broker.on(
                ApiKey.HEARTBEAT,
                request -> new HeartbeatResponse(answers.getAndIncrement() == 0 ? 200 : 0, (short) 0));
        BrokerConnection connection = connect();
        long startNanos = System.nanoTime();
        within(sendFromOutside(connection, heartbeat(1), TIMEOUT_NANOS));

        // when
        within(sendFromOutside(connection, heartbeat(2), TIMEOUT_NANOS));

        // then
        assertThat(System.nanoTime() - startNanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(195));
    }

    @Test
    void should_tell_when_it_was_idle_for_too_long() {
        connect();

        assertThat(within(life.idle)).hasMessageContaining("not used");
    }

    @Test
    void should_close_on_an_answer_that_can_not_be_read() {
        // given an answer that ends too early
        broker.on(ApiKey.HEARTBEAT, request -> {
            request.channel()
                    .writeAndFlush(Unpooled.buffer()
                            .writeInt(6)
                            .writeInt(request.header().correlationId())
                            .writeShort(0));
            return null;
        });
        BrokerConnection connection = connect();

        // when
        CompletableFuture<HeartbeatResponse> answer = sendFromOutside(connection, heartbeat(1), TIMEOUT_NANOS);

        // then
        assertThat(failureOf(answer))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("HEARTBEAT");
        assertThat(within(life.closed)).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void should_fail_a_request_that_a_throttle_holds_back_for_longer_than_its_timeout() {
        // given a broker that wants to hear nothing for weeks
        broker.on(ApiKey.HEARTBEAT, request -> new HeartbeatResponse(Integer.MAX_VALUE, (short) 0));
        BrokerConnection connection = connect();
        within(sendFromOutside(connection, heartbeat(1), TIMEOUT_NANOS));

        // when
        CompletableFuture<HeartbeatResponse> held =
                sendFromOutside(connection, heartbeat(2), TimeUnit.MILLISECONDS.toNanos(50));

        // then
        assertThat(failureOf(held))
                .isInstanceOf(RequestTimeoutException.class)
                .hasMessageContaining("throttles")
                .extracting(failure -> ((KafkaException) failure).outcome())
                .isEqualTo(Outcome.REJECTED);
        assertThat(life.closed).isNotDone();
    }

    @Test
    void should_fail_all_requests_when_a_handler_throws_at_its_own_failure() {
        // given
        BrokerConnection connection = connect();
        runtime.homeLoop()
                .execute(() -> connection.send(heartbeat(1), TIMEOUT_NANOS, new ResponseHandler() {
                    @Override
                    public int onResponse(ByteBuf body, short version) {
                        throw new AssertionError("there is no answer");
                    }

                    @Override
                    public void onFailure(KafkaException cause, Transmission transmission) {
                        throw new IllegalStateException("a handler's own trouble");
                    }
                }));
        CompletableFuture<HeartbeatResponse> other = sendFromOutside(connection, heartbeat(2), TIMEOUT_NANOS);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> broker.requests(ApiKey.HEARTBEAT).size() == 2);

        // when
        broker.connections().get(0).close();

        // then
        assertThat(failureOf(other)).isInstanceOf(ConnectionException.class);
        assertThat(within(life.closed)).isInstanceOf(ConnectionException.class);
    }

    @Test
    void should_tell_that_an_unanswered_request_was_written_only_after_send_has_returned() {
        // given
        BrokerConnection connection = connect();
        CompletableFuture<Boolean> hadReturned = new CompletableFuture<>();

        // when
        runtime.homeLoop().execute(() -> {
            AtomicInteger returned = new AtomicInteger();
            connection.send(new Unanswered(heartbeat(1)), TIMEOUT_NANOS, new ResponseHandler() {
                @Override
                public int onResponse(ByteBuf body, short version) {
                    throw new AssertionError("there is no answer");
                }

                @Override
                public void onFailure(KafkaException cause, Transmission transmission) {
                    hadReturned.completeExceptionally(cause);
                }

                @Override
                public void onWritten() {
                    hadReturned.complete(returned.get() == 1);
                }
            });
            returned.set(1);
        });

        // then
        assertThat(within(hadReturned)).isTrue();
    }

    private record Unanswered(HeartbeatRequest request) implements RequestBody {
        @Override
        public ApiKey apiKey() {
            return ApiKey.HEARTBEAT;
        }

        @Override
        public boolean expectsResponse() {
            return false;
        }

        @Override
        public void write(FrameBuilder frame, short version) {
            request.write(frame, version);
        }
    }

    private BrokerConnection connect() {
        runtime.homeLoop()
                .execute(() -> runtime.connector().connect(runtime.homeLoop(), broker.address(), TIMEOUT_NANOS, life));
        return within(life.ready);
    }

    private static HeartbeatRequest heartbeat(int generation) {
        return new HeartbeatRequest("group", generation, "member", null);
    }

    private CompletableFuture<HeartbeatResponse> sendFromOutside(
            BrokerConnection connection, HeartbeatRequest request, long timeoutNanos) {
        CompletableFuture<HeartbeatResponse> answer = new CompletableFuture<>();
        runtime.homeLoop()
                .execute(() -> send(connection, request, timeoutNanos).whenComplete((response, failure) -> {
                    if (failure == null) {
                        answer.complete(response);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                }));
        return answer;
    }

    private static CompletableFuture<HeartbeatResponse> send(
            BrokerConnection connection, RequestMessage<HeartbeatResponse> request, long timeoutNanos) {
        CompletableFuture<HeartbeatResponse> answer = new CompletableFuture<>();
        connection.send(request, timeoutNanos, new ResponseHandler() {
            @Override
            public int onResponse(ByteBuf body, short version) {
                HeartbeatResponse response = request.readResponse(body, version);
                answer.complete(response);
                return response.throttleTimeMs();
            }

            @Override
            public void onFailure(KafkaException cause, Transmission transmission) {
                answer.completeExceptionally(cause);
            }
        });
        return answer;
    }

    private static Throwable failureOf(CompletableFuture<?> future) {
        return within(future.handle((value, failure) -> failure));
    }

    /** A join that a broken connection can't turn into a hang. */
    private static <T> T within(CompletableFuture<T> future) {
        return future.orTimeout(15, TimeUnit.SECONDS).join();
    }

    private static final class LifeOfConnection implements ConnectionListener {
        private final CompletableFuture<BrokerConnection> ready = new CompletableFuture<>();
        private final CompletableFuture<KafkaException> idle = new CompletableFuture<>();
        private final CompletableFuture<KafkaException> closed = new CompletableFuture<>();

        @Override
        public void onReady(BrokerConnection connection) {
            ready.complete(connection);
        }

        @Override
        public void onIdle(BrokerConnection connection, KafkaException cause) {
            idle.complete(cause);
        }

        @Override
        public void onClosed(KafkaException cause) {
            ready.completeExceptionally(cause);
            closed.complete(cause);
        }
    }
}
