package dev.ottla.consumer.internal.fetch;

import dev.ottla.common.Node;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.delivery.Delivery;
import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.delivery.EndReached;
import dev.ottla.consumer.internal.delivery.FetchBudget;
import dev.ottla.consumer.internal.delivery.FetchedBatches;
import dev.ottla.consumer.internal.delivery.FrameLease;
import dev.ottla.consumer.internal.delivery.OffsetOutOfRange;
import dev.ottla.consumer.internal.fetch.PartitionCursor.Place;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.errors.AuthenticationException;
import dev.ottla.errors.AuthorizationException;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.errors.UnsupportedVersionException;
import dev.ottla.internal.cluster.Broker;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.FetchResponse.FetchableTopicResponse;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches from one broker, over a connection of its own. Step 3 of receiving; owned by the broker's loop. One request at a
 * time asks for every partition that lies here; the next goes out as soon as the answer has been handed over, before the
 * application has looked at it, unless too much of earlier answers is still unread, of this broker or of all.
 */
@EventLoopConfined
final class BrokerFetcher implements ResponseHandler {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerFetcher.class);

    /** More than this is fetched ahead only in one answer besides the one being read: what waits long is no longer cached. */
    private static final long READ_AHEAD_BYTES = 4L << 20;

    private static final int UNREAD_ANSWERS = 2;

    private enum State {
        /** Nothing to ask for, or no credit. */
        IDLE,
        /** A task will send the next request. */
        SCHEDULED,
        IN_FLIGHT,
        BACKING_OFF,
        CLOSED
    }

    /** What a fetcher tells the home loop; called on the fetcher's loop. */
    interface Listener {
        /** The broker can't serve the partition now; the cursor is given up with this. */
        void onRefused(PartitionCursor cursor, ErrorCode error);

        /** The broker's log ends here for all that it has in common with what was read; the cursor is given up with this. */
        void onDiverged(PartitionCursor cursor, FetchPosition end);

        /** The leader would have the partition fetched from this replica; the cursor is given up with this. */
        void onReplicaNamed(PartitionCursor cursor, int nodeId);

        /** The answer named the partition's new leader (KIP-951). */
        void onLeaderHint(UUID topicId, int partition, FetchResponse.LeaderIdAndEpoch leader, @Nullable Node node);
    }

    /** Where everything goes that an answer brings. */
    record Outlets(DeliveryQueue queue, LogEnds logEnds, FetchBudget budget, boolean tellsEnds, Listener listener) {}

    private final Broker broker;
    private final EventLoop loop;
    private final ClientOptions clientOptions;
    private final ConsumerOptions options;
    private final ExponentialBackoff backoff;
    private final DeliveryQueue queue;
    private final LogEnds logEnds;
    private final FetchBudget budget;
    private final boolean tellsEnds;
    private final Listener listener;

    private final FetchSession session;

    private long bufferedBytes;
    private int bufferedAnswers;

    /** Taken from the budget for the request in flight. */
    private int reservedBytes;

    private State state = State.IDLE;
    private int failures;

    BrokerFetcher(
            Broker broker,
            ClientOptions clientOptions,
            ConsumerOptions options,
            ExponentialBackoff backoff,
            Outlets outlets) {
        this.broker = broker;
        this.loop = broker.loop();
        this.clientOptions = clientOptions;
        this.options = options;
        this.backoff = backoff;
        this.queue = outlets.queue();
        this.logEnds = outlets.logEnds();
        this.session = new FetchSession(partition -> logEnds.of(partition).isPresent());
        this.budget = outlets.budget();
        this.tellsEnds = outlets.tellsEnds();
        this.listener = outlets.listener();
    }

    /** Takes over a cursor, in place of any other for its partition. */
    void add(PartitionCursor cursor) {
        assert loop.inEventLoop();
        session.add(cursor);
        fetchSoon();
    }

    /** Gives a cursor up; returns false if it does not lie here. An answer that is under way will be ignored. */
    boolean remove(PartitionCursor cursor) {
        assert loop.inEventLoop();
        return session.remove(cursor);
    }

    /** The last reader of an answer is done with it. */
    void onCredit(int bytes) {
        assert loop.inEventLoop();
        bufferedBytes -= bytes;
        bufferedAnswers--;
        fetchSoon();
    }

    void close(KafkaException cause) {
        assert loop.inEventLoop();
        state = State.CLOSED;
        session.clear();
        broker.close(cause);
    }

    /** In a task of its own, so that all cursors that are added together are asked for together. */
    private void fetchSoon() {
        if (state == State.IDLE && mayFetch()) {
            state = State.SCHEDULED;
            loop.execute(this::fetch);
        }
    }

    private void fetchNow() {
        if (state == State.IDLE && mayFetch()) {
            state = State.SCHEDULED;
            fetch();
        }
    }

    private boolean mayFetch() {
        boolean hasCredit = bufferedBytes < READ_AHEAD_BYTES || bufferedAnswers < UNREAD_ANSWERS;
        return hasCredit && bufferedBytes < options.fetchMaxBytes().bytes() && !session.isEmpty();
    }

    private void fetch() {
        if (state != State.SCHEDULED) {
            return;
        }
        if (!mayFetch()) {
            state = State.IDLE;
            return;
        }
        int bytesMax = (int) Math.min(options.fetchMaxBytes().bytes(), budget.answerBytesMax());
        if (!budget.tryReserve(bytesMax)) {
            state = State.IDLE;
            // In one task: who has given back asks again in a later one, so that each has its turn.
            budget.whenReleased(bytesMax, () -> loop.execute(this::fetchNow));
            return;
        }
        reservedBytes = bytesMax;
        state = State.IN_FLIGHT;
        broker.send(request(bytesMax), timeoutNanos(), this);
    }

    private long timeoutNanos() {
        return clientOptions.requestTimeout().plus(options.fetchMaxWait()).toNanos();
    }

    private FetchBody request(int bytesMax) {
        FetchRequest.Builder request = FetchRequest.builder()
                .maxWaitMs((int) options.fetchMaxWait().toMillis())
                .minBytes((int) options.fetchMinBytes().bytes())
                .maxBytes(bytesMax)
                .isolationLevel(options.isolationLevel().code())
                .rackId(session.mayNameReplicas() ? clientOptions.clientRack() : "");
        return session.next(request, (int) options.maxPartitionFetchBytes().bytes());
    }

    @Override
    public int onResponse(ByteBuf body, short version) {
        return onFetchResponse(body, version);
    }

    private int onFetchResponse(ByteBuf body, short version) {
        int bytes = body.readableBytes();
        FetchResponse response = Wire.readToEnd(body, version, "FetchResponse", FetchResponse::read);
        if (state != State.IN_FLIGHT) {
            return response.throttleTimeMs();
        }
        ErrorCode error = ErrorCode.of(response.errorCode());
        if (error != ErrorCode.NONE) {
            budget.release(reservedBytes);
            onRefused(error);
            return response.throttleTimeMs();
        }
        session.onAnswered(response.sessionId());
        state = State.IDLE;
        failures = 0;
        budget.settle(reservedBytes, bytes);
        bufferedBytes += bytes;
        bufferedAnswers++;
        FrameLease lease = new FrameLease(body.retain(), () -> {
            budget.release(bytes);
            loop.execute(() -> onCredit(bytes));
        });
        List<Delivery> deliveries = new ArrayList<>();
        for (FetchableTopicResponse topic : response.responses()) {
            String name = topic.topic().isEmpty() ? session.topicName(topic.topicId()) : topic.topic();
            for (PartitionData partition : topic.partitions()) {
                accept(name, partition, response, lease, deliveries);
            }
        }
        // What is not in the answer has not changed since the broker last told its end.
        session.askedLast().forEach(cursor -> addEnd(cursor, deliveries));
        if (!deliveries.isEmpty()) {
            queue.offer(deliveries);
        }
        lease.release();
        fetchSoon();
        return response.throttleTimeMs();
    }

    /** The request as a whole. A session that is gone is replaced at once, unless that goes on. */
    private void onRefused(ErrorCode error) {
        session.onFailed(error);
        if (FetchSession.concerns(error) && failures == 0) {
            failures++;
            LOG.debug("[{} node-{}] New fetch session after {}", clientOptions.clientId(), broker.nodeId(), error);
            state = State.IDLE;
            fetchSoon();
        } else {
            retryLater(error.toString());
        }
    }

    private void accept(
            @Nullable String topic,
            PartitionData answered,
            FetchResponse response,
            FrameLease lease,
            List<Delivery> deliveries) {
        if (topic == null || topic.isEmpty() || answered.partitionIndex() < 0) {
            return;
        }
        TopicPartition partition = new TopicPartition(topic, answered.partitionIndex());
        PartitionCursor cursor = session.answered(partition);
        if (cursor == null) {
            // Revoked, moved or set to another position meanwhile.
            session.onUnheard(partition);
            return;
        }
        ErrorCode error = ErrorCode.of(answered.errorCode());
        FetchResponse.EpochEndOffset diverging = answered.divergingEpoch();
        if (error == ErrorCode.NONE && diverging.endOffset() >= 0 && cursor.place() == Place.FOLLOWER) {
            // Only the leader knows what is truly in the log.
            session.remove(cursor);
            listener.onRefused(cursor, ErrorCode.REPLICA_NOT_AVAILABLE);
        } else if (error == ErrorCode.NONE && diverging.endOffset() >= 0) {
            session.remove(cursor);
            listener.onDiverged(cursor, new FetchPosition(diverging.endOffset(), diverging.epoch()));
        } else if (error == ErrorCode.NONE) {
            logEnds.onAnswer(partition, answered);
            onAccepted(cursor, cursor.accept(answered, lease), deliveries);
            addEnd(cursor, deliveries);
            onReplicaNamed(cursor, answered.preferredReadReplica());
        } else {
            onRefused(cursor, error, answered, response, deliveries);
        }
    }

    private void onAccepted(PartitionCursor cursor, List<Delivery> accepted, List<Delivery> deliveries) {
        if (accepted.isEmpty()) {
            return;
        }
        deliveries.addAll(accepted);
        boolean readable = accepted.get(accepted.size() - 1) instanceof FetchedBatches;
        if (readable) {
            session.onMoved(cursor);
        } else {
            session.remove(cursor);
        }
    }

    private void addEnd(PartitionCursor cursor, List<Delivery> deliveries) {
        OptionalLong end = tellsEnds ? logEnds.of(cursor.partition()) : OptionalLong.empty();
        if (end.isPresent() && session.answered(cursor.partition()) == cursor && cursor.reaches(end.getAsLong())) {
            deliveries.add(new EndReached(cursor.partition(), cursor.fetchEpoch(), cursor.fetchOffset()));
        }
    }

    /** Instead of records the leader may name a replica in the client's rack (KIP-392). */
    private void onReplicaNamed(PartitionCursor cursor, int nodeId) {
        if (nodeId >= 0 && nodeId != broker.nodeId() && session.remove(cursor)) {
            listener.onReplicaNamed(cursor, nodeId);
        }
    }

    private void onRefused(
            PartitionCursor cursor,
            ErrorCode error,
            PartitionData answered,
            FetchResponse response,
            List<Delivery> deliveries) {
        session.remove(cursor);
        if (error == ErrorCode.OFFSET_OUT_OF_RANGE && cursor.place() != Place.FOLLOWER) {
            deliveries.add(new OffsetOutOfRange(cursor.partition(), cursor.fetchEpoch(), cursor.fetchOffset()));
            return;
        }
        LOG.debug(
                "[{} node-{}] Fetch of {} at offset {} refused: {}",
                clientOptions.clientId(),
                broker.nodeId(),
                cursor.partition(),
                cursor.fetchOffset(),
                error);
        if (answered.currentLeader().leaderId() >= 0) {
            listener.onLeaderHint(
                    cursor.topicId(),
                    answered.partitionIndex(),
                    answered.currentLeader(),
                    node(response, answered.currentLeader().leaderId()));
        }
        listener.onRefused(cursor, error);
    }

    private static @Nullable Node node(FetchResponse response, int nodeId) {
        return response.nodeEndpoints().stream()
                .filter(endpoint -> endpoint.nodeId() == nodeId)
                .map(endpoint -> new Node(endpoint.nodeId(), endpoint.host(), endpoint.port(), endpoint.rack()))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void onFailure(KafkaException cause, Transmission transmission) {
        if (state != State.IN_FLIGHT) {
            return;
        }
        budget.release(reservedBytes);
        if (cause instanceof ClosedException) {
            state = State.CLOSED;
            queue.end(cause);
            return;
        }
        if (cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof UnsupportedVersionException
                || cause instanceof MalformedMessageException) {
            queue.report(cause);
        }
        session.onFailed(cause.code());
        retryLater(String.valueOf(cause.getMessage()));
    }

    private void retryLater(String why) {
        failures++;
        LOG.debug("[{} node-{}] Fetch failed: {}", clientOptions.clientId(), broker.nodeId(), why);
        state = State.BACKING_OFF;
        // Metadata tells of new leaders, but not of a replica that can't be reached.
        for (PartitionCursor cursor : session.atFollower()) {
            session.remove(cursor);
            listener.onRefused(cursor, ErrorCode.REPLICA_NOT_AVAILABLE);
        }
        loop.schedule(this::onBackoffEnded, backoff.delayNanos(failures));
    }

    private void onBackoffEnded() {
        if (state == State.BACKING_OFF) {
            state = State.IDLE;
            fetchSoon();
        }
    }
}
