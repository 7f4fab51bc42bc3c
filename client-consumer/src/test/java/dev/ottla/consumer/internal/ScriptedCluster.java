package dev.ottla.consumer.internal;

import dev.ottla.config.ClientOptions;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.ClientRuntime;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.LendableLoop;
import dev.ottla.internal.concurrent.WallClock;
import dev.ottla.internal.net.BrokerAddress;
import dev.ottla.internal.net.BrokerConnection;
import dev.ottla.internal.net.ConnectionListener;
import dev.ottla.internal.net.Connector;
import dev.ottla.internal.net.NegotiatedVersions;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FindCoordinatorResponse;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brokers without sockets, in one thread on a virtual clock. Metadata and FindCoordinator are answered from the fields; every
 * other request by its script, or kept until the test answers it.
 */
public final class ScriptedCluster {
    /** A request that reached a broker; it was written and read again, so it is what a broker would have seen. */
    public final class Request {
        public final int nodeId;
        public final RequestMessage<?> message;
        private final Connection connection;
        private final ResponseHandler handler;
        private final short version;

        private Request(
                int nodeId, RequestMessage<?> message, Connection connection, ResponseHandler handler, short version) {
            this.nodeId = nodeId;
            this.message = message;
            this.connection = connection;
            this.handler = handler;
            this.version = version;
        }

        /** Answers it, and lets the client react. */
        public void answer(ResponseMessage response) {
            loop.execute(() -> answerNow(response));
            loop.run();
        }

        private void answerNow(ResponseMessage response) {
            unanswered.remove(this);
            if (connection.handlers.remove(handler) != null) {
                ByteBuf body = Unpooled.buffer();
                bodies.add(body);
                response.write(body, version);
                handler.onResponse(body, version);
                body.release();
            }
        }

        /** Loses the connection that it came over, and lets the client react. */
        public void loseConnection() {
            loop.run(() -> connection.close(new ConnectionException("lost", null)));
        }
    }

    public final ManualEventLoop loop = new ManualEventLoop();
    public final Map<String, Integer> partitions = new LinkedHashMap<>();
    public final Map<ApiKey, Function<RequestMessage<?>, @Nullable ResponseMessage>> script =
            new EnumMap<>(ApiKey.class);
    public final List<Request> unanswered = new ArrayList<>();
    public final List<Request> all = new ArrayList<>();

    /** The memory of all answers, to see whether it was given back. */
    public final List<ByteBuf> bodies = new ArrayList<>();

    /** Of topics that were deleted and created again. */
    public final Map<String, UUID> newTopicIds = new HashMap<>();

    public int leaderId = 1;

    /** Of partitions that another broker leads, by their numbers. */
    public final Map<Integer, Integer> otherLeaders = new HashMap<>();

    public int leaderEpoch;
    public int coordinatorId = 1;

    /** For the next consumer; null if it is to fetch on the one loop. */
    public @Nullable LendableLoop lendableLoop;

    public Supplier<RandomGenerator> randoms = () -> new SplittableRandom(42);
    public final Cluster cluster;

    public ScriptedCluster() {
        this(ClientOptions.builder());
    }

    public ScriptedCluster(ClientOptions.Builder options) {
        cluster = new Cluster(options.bootstrapServers("node-1:9092").build(), new VirtualRuntime(), new Network());
        cluster.start();
        loop.run();
    }

    public static UUID topicId(String topic) {
        return new UUID(1, topic.hashCode());
    }

    /** The oldest unanswered request of this kind; fails if there is none. */
    public Request next(ApiKey api) {
        return unanswered.stream()
                .filter(request -> request.message.apiKey() == api)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + api + " waits; there are "
                        + unanswered.stream()
                                .map(request -> request.message.apiKey())
                                .toList()));
    }

    /** How many requests of this kind wait for an answer. */
    public long waiting(ApiKey api) {
        return unanswered.stream()
                .filter(request -> request.message.apiKey() == api)
                .count();
    }

    /** How many requests of this kind were sent. */
    public long sent(ApiKey api) {
        return all.stream().filter(request -> request.message.apiKey() == api).count();
    }

    /** Has the client look at the metadata anew. */
    public void refreshMetadata() {
        cluster.refreshMetadata("the test says so");
        loop.advance(java.time.Duration.ofSeconds(2));
    }

    private final class VirtualRuntime implements ClientRuntime {
        @Override
        public EventLoop homeLoop() {
            return loop;
        }

        @Override
        public EventLoop nextLoop() {
            return loop;
        }

        @Override
        public @Nullable LendableLoop newLendableLoop() {
            return lendableLoop;
        }

        @Override
        public WallClock wallClock() {
            return () -> 1_700_000_000_000L + loop.nanoTime() / 1_000_000;
        }

        @Override
        public RandomGenerator newRandom() {
            return randoms.get();
        }
    }

    private final class Network implements Connector {
        @Override
        public Attempt connect(
                EventLoop on, BrokerAddress address, long setupTimeoutNanos, ConnectionListener listener) {
            Connection connection = new Connection(address, listener);
            on.execute(() -> listener.onReady(connection));
            return () -> connection.close(new ConnectionException("cancelled", null));
        }
    }

    private final class Connection implements BrokerConnection {
        private final int nodeId;
        private final ConnectionListener listener;
        private final Map<ResponseHandler, Long> handlers = new HashMap<>();
        private boolean closed;

        private Connection(BrokerAddress address, ConnectionListener listener) {
            this.nodeId = Integer.parseInt(address.host().replace("node-", ""));
            this.listener = listener;
        }

        @Override
        public NegotiatedVersions versions() {
            throw new AssertionError("not asked for in these tests");
        }

        @Override
        public void send(RequestBody request, long timeoutNanos, ResponseHandler handler) {
            short version = request.highestVersion();
            handlers.put(handler, timeoutNanos);
            Request received = new Request(nodeId, reread(request, version), this, handler, version);
            all.add(received);
            ResponseMessage response = respond(received.message);
            if (response == null) {
                unanswered.add(received);
            } else {
                loop.execute(() -> received.answerNow(response));
            }
        }

        @Override
        public int inFlightCount() {
            return handlers.size();
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
            unanswered.removeIf(request -> request.connection == this);
            List<ResponseHandler> failed = List.copyOf(handlers.keySet());
            handlers.clear();
            failed.forEach(handler -> handler.onFailure(cause, Transmission.POSSIBLY_SENT));
            listener.onClosed(cause);
        }
    }

    private static RequestMessage<?> reread(RequestBody request, short version) {
        FrameBuilder frame = new FrameBuilder(Unpooled.buffer());
        request.write(frame, version);
        ByteBuf whole = Unpooled.wrappedBuffer(frame.finish().toArray(ByteBuf[]::new));
        whole.skipBytes(Integer.BYTES);
        return request.apiKey().readRequest(whole, version);
    }

    private @Nullable ResponseMessage respond(RequestMessage<?> request) {
        if (request instanceof MetadataRequest metadata) {
            return metadata(metadata);
        }
        Function<RequestMessage<?>, @Nullable ResponseMessage> answer = script.get(request.apiKey());
        if (answer != null) {
            return answer.apply(request);
        }
        return request.apiKey() == ApiKey.FIND_COORDINATOR ? coordinator() : null;
    }

    private MetadataResponse metadata(MetadataRequest request) {
        List<MetadataResponse.MetadataResponseTopic> topics = new ArrayList<>();
        if (request.topics() == null) {
            partitions.keySet().forEach(name -> topics.add(topic(name)));
        } else {
            for (MetadataRequest.MetadataRequestTopic asked : request.topics()) {
                topics.add(asked.name() == null ? topic(asked.topicId()) : topic(asked.name()));
            }
        }
        return MetadataResponse.builder()
                .brokers(List.of(
                        new MetadataResponse.MetadataResponseBroker(1, "node-1", 9092, null),
                        new MetadataResponse.MetadataResponseBroker(2, "node-2", 9092, null)))
                .clusterId("scripted")
                .controllerId(1)
                .topics(topics)
                .build();
    }

    private MetadataResponse.MetadataResponseTopic topic(UUID topicId) {
        return partitions.keySet().stream()
                .filter(name -> topicId(name).equals(topicId))
                .findFirst()
                .map(this::topic)
                .orElseGet(() -> MetadataResponse.MetadataResponseTopic.builder()
                        .errorCode(ErrorCode.UNKNOWN_TOPIC_ID.code())
                        .name(null)
                        .topicId(topicId)
                        .build());
    }

    private MetadataResponse.MetadataResponseTopic topic(String name) {
        Integer count = partitions.get(name);
        List<MetadataResponse.MetadataResponsePartition> list = new ArrayList<>();
        for (int i = 0; count != null && i < count; i++) {
            list.add(MetadataResponse.MetadataResponsePartition.builder()
                    .partitionIndex(i)
                    .leaderId(otherLeaders.getOrDefault(i, leaderId))
                    .leaderEpoch(leaderEpoch)
                    .replicaNodes(Ints.of(1, 2))
                    .isrNodes(Ints.of(1, 2))
                    .build());
        }
        return MetadataResponse.MetadataResponseTopic.builder()
                .errorCode((count == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NONE).code())
                .name(name)
                .isInternal(name.startsWith("__"))
                .topicId(count == null ? new UUID(0, 0) : newTopicIds.getOrDefault(name, topicId(name)))
                .partitions(list)
                .build();
    }

    private FindCoordinatorResponse coordinator() {
        return FindCoordinatorResponse.builder()
                .coordinators(List.of(FindCoordinatorResponse.Coordinator.builder()
                        .key("group")
                        .nodeId(coordinatorId)
                        .host("node-" + coordinatorId)
                        .port(9092)
                        .build()))
                .build();
    }
}
