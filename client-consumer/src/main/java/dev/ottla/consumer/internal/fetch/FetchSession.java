package dev.ottla.consumer.internal.fetch;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.fetch.PartitionCursor.Place;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchRequest.FetchPartition;
import dev.ottla.internal.protocol.message.FetchRequest.FetchTopic;
import dev.ottla.internal.protocol.message.FetchRequest.ForgottenTopic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is fetched from one broker, and what of it the broker knows already (KIP-227): a full request opens a session, those
 * after it name only partitions that were added, moved on or given up, so that a request costs what has changed and not what
 * is assigned. Owned by its {@link BrokerFetcher}.
 *
 * <p>Epoch 0 asks for a new session in place of the one with this id; a broker that keeps none answers with id 0, and is
 * asked in full each time.
 *
 * <p>Within a session a broker says nothing of a partition that has not changed since it said something, such as where its log
 * ends. So if that is not known here, because it was said of a cursor that is gone or was forgotten with it, a new session is
 * the way to hear it.
 */
@EventLoopConfined
final class FetchSession {
    private static final int NO_SESSION = 0;
    private static final int OPENING_EPOCH = 0;
    private static final int FIRST_EPOCH = 1;

    /** What a request has said of a partition. */
    private record Asked(PartitionCursor cursor, UUID topicId) {}

    /** In the order in which a full request names them: who was answered with records goes to the end. */
    private final LinkedHashMap<TopicPartition, PartitionCursor> cursors = new LinkedHashMap<>();

    /** What the broker is to send, as of the last request. */
    private final Map<TopicPartition, Asked> asked = new HashMap<>();

    /** As long as there are any, topics are named by their names. */
    private final Set<TopicPartition> withoutId = new HashSet<>();

    /** As long as there are any, the broker is not told where this client is, so that it answers itself. */
    private final Set<TopicPartition> toBeAnsweredHere = new HashSet<>();

    private final Map<UUID, String> topicNames = new HashMap<>();

    /** What the last request named. */
    private final List<PartitionCursor> askedLast = new ArrayList<>();

    /** What the next request has to say something about. */
    private final Set<TopicPartition> changed = new LinkedHashSet<>();

    /** What the last answer said of these was for a cursor that had been replaced. */
    private final Set<TopicPartition> unheard = new HashSet<>();

    private final Predicate<TopicPartition> knowsEnd;

    private int id = NO_SESSION;
    private int epoch = OPENING_EPOCH;
    private boolean namesTopicsById = true;

    /** {@code knowsEnd} says of a partition whether it is known where its log ended when the broker last said so. */
    FetchSession(Predicate<TopicPartition> knowsEnd) {
        this.knowsEnd = knowsEnd;
    }

    /** Whether there is nothing to fetch. */
    boolean isEmpty() {
        return cursors.isEmpty();
    }

    /** Fetches with this cursor from now on, in place of any other for its partition. */
    void add(PartitionCursor cursor) {
        cursors.put(cursor.partition(), cursor);
        changed.add(cursor.partition());
        if (cursor.topicId().equals(TopicMetadata.NO_ID)) {
            withoutId.add(cursor.partition());
        } else {
            withoutId.remove(cursor.partition());
        }
        if (cursor.place() == Place.LEADER_ITSELF) {
            toBeAnsweredHere.add(cursor.partition());
        } else {
            toBeAnsweredHere.remove(cursor.partition());
        }
    }

    /** Gives the cursor up; returns false if it is not here. */
    boolean remove(PartitionCursor cursor) {
        boolean here = cursors.remove(cursor.partition(), cursor);
        if (here) {
            changed.add(cursor.partition());
            withoutId.remove(cursor.partition());
            toBeAnsweredHere.remove(cursor.partition());
        }
        return here;
    }

    /** The cursor has moved: the others come first now. */
    void onMoved(PartitionCursor cursor) {
        cursors.remove(cursor.partition());
        add(cursor);
    }

    /** Whom an answer to the last request concerns; null if the partition was given up or replaced meanwhile. */
    @Nullable
    PartitionCursor answered(TopicPartition partition) {
        PartitionCursor cursor = cursors.get(partition);
        Asked last = asked.get(partition);
        return last != null && last.cursor() == cursor ? cursor : null;
    }

    /** Nobody is here whom the answer to the last request concerns, as far as this partition goes. */
    void onUnheard(TopicPartition partition) {
        unheard.add(partition);
    }

    /** The name of a topic in an answer to the last request; null if it was not asked for. */
    @Nullable
    String topicName(UUID topicId) {
        return topicNames.get(topicId);
    }

    void clear() {
        cursors.clear();
        withoutId.clear();
        toBeAnsweredHere.clear();
    }

    /** What the last request has named, in place of what was asked for before. */
    List<PartitionCursor> askedLast() {
        return askedLast;
    }

    /** Whether the broker may send the client to another replica, for any partition. */
    boolean mayNameReplicas() {
        return toBeAnsweredHere.isEmpty();
    }

    /** Those that lie here because the leader said so. */
    List<PartitionCursor> atFollower() {
        return cursors.values().stream()
                .filter(cursor -> cursor.place() == Place.FOLLOWER)
                .toList();
    }

    /** The next request; {@code request} has all that does not concern sessions. */
    FetchBody next(FetchRequest.Builder request, int partitionMaxBytes) {
        boolean byId = withoutId.isEmpty();
        if (byId != namesTopicsById) {
            // A session can't change between names and ids.
            namesTopicsById = byId;
            epoch = OPENING_EPOCH;
        }
        if (changed.stream().anyMatch(this::mustBeToldAnew)) {
            epoch = OPENING_EPOCH;
        }
        if (epoch == OPENING_EPOCH) {
            asked.clear();
            topicNames.clear();
            changed.clear();
            changed.addAll(cursors.keySet());
        }
        Changes changes = new Changes(partitionMaxBytes);
        askedLast.clear();
        for (TopicPartition partition : changed) {
            PartitionCursor cursor = cursors.get(partition);
            Asked before = asked.remove(partition);
            if (before != null && cursor == null) {
                changes.forget(before);
            }
            if (cursor != null) {
                asked.put(partition, new Asked(cursor, cursor.topicId()));
                topicNames.put(cursor.topicId(), partition.topic());
                changes.ask(cursor);
                askedLast.add(cursor);
            }
        }
        changed.clear();
        unheard.clear();
        request.sessionId(id).sessionEpoch(epoch).topics(changes.topics()).forgottenTopicsData(changes.forgotten());
        return new FetchBody(request.build(), byId);
    }

    /**
     * Whether the broker takes the partition for one that it has spoken of, and it is new here. One of another topic of the same
     * name is that too for a broker that is told names: it can't forget the old one and begin with the new one in one request.
     */
    private boolean mustBeToldAnew(TopicPartition partition) {
        PartitionCursor cursor = cursors.get(partition);
        Asked before = asked.get(partition);
        if (cursor == null || before == null) {
            return false;
        }
        boolean isAnother = !before.topicId().equals(cursor.topicId());
        boolean isEndUnknown = before.cursor() != cursor && !knowsEnd.test(partition);
        return isAnother || isEndUnknown || unheard.contains(partition);
    }

    /** The part of a request that lists partitions, grouped by topic as the protocol has it. */
    private static final class Changes {
        private record Topic(String name, UUID id) {}

        private final int partitionMaxBytes;
        private final Map<Topic, List<FetchPartition>> asked = new LinkedHashMap<>();
        private final Map<Topic, List<Integer>> forgotten = new LinkedHashMap<>();

        Changes(int partitionMaxBytes) {
            this.partitionMaxBytes = partitionMaxBytes;
        }

        void ask(PartitionCursor cursor) {
            asked.computeIfAbsent(new Topic(cursor.partition().topic(), cursor.topicId()), topic -> new ArrayList<>())
                    .add(cursor.toRequest(partitionMaxBytes));
        }

        void forget(Asked before) {
            TopicPartition partition = before.cursor().partition();
            forgotten
                    .computeIfAbsent(new Topic(partition.topic(), before.topicId()), topic -> new ArrayList<>())
                    .add(partition.partition());
        }

        List<FetchTopic> topics() {
            List<FetchTopic> topics = new ArrayList<>(asked.size());
            asked.forEach((topic, partitions) -> topics.add(new FetchTopic(topic.name(), topic.id(), partitions)));
            return topics;
        }

        List<ForgottenTopic> forgotten() {
            List<ForgottenTopic> topics = new ArrayList<>(forgotten.size());
            forgotten.forEach((topic, partitions) -> topics.add(new ForgottenTopic(
                    topic.name(),
                    topic.id(),
                    Ints.of(partitions.stream().mapToInt(Integer::intValue).toArray()))));
            return topics;
        }
    }

    /** The broker has answered the last request. */
    void onAnswered(int sessionId) {
        if (sessionId == NO_SESSION) {
            id = NO_SESSION;
            epoch = OPENING_EPOCH;
        } else if (epoch == OPENING_EPOCH || sessionId == id) {
            id = sessionId;
            epoch = epoch == Integer.MAX_VALUE ? FIRST_EPOCH : epoch + 1;
        }
    }

    /** The last request failed as a whole: what the broker made of it is not known, or it knows no such session any more. */
    void onFailed(ErrorCode error) {
        if (error == ErrorCode.FETCH_SESSION_ID_NOT_FOUND) {
            id = NO_SESSION;
        }
        epoch = OPENING_EPOCH;
    }

    /** Whether a new session will do, so that the request may be repeated at once. */
    static boolean concerns(ErrorCode error) {
        return error == ErrorCode.FETCH_SESSION_ID_NOT_FOUND
                || error == ErrorCode.INVALID_FETCH_SESSION_EPOCH
                || error == ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
    }
}
