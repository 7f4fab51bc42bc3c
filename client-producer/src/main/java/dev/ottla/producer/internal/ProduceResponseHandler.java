package dev.ottla.producer.internal;

import dev.ottla.common.Node;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.net.ResponseHandler;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.NodeEndpoint;
import dev.ottla.internal.protocol.message.ProduceResponse.PartitionProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.TopicProduceResponse;
import dev.ottla.producer.internal.ProduceRequestEncoder.Topic;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matches the answer to one produce request with its batches. Step 11 of sending; called by the connection, on the sender's
 * loop. An answer that does not speak of exactly the batches that were sent is refused as a whole, before any of it counts.
 */
@EventLoopConfined
final class ProduceResponseHandler implements ResponseHandler {
    private static final short FIRST_VERSION_WITH_TOPIC_IDS = 13;
    private static final Comparator<Attempt> BY_PARTITION =
            Comparator.comparingInt(attempt -> attempt.batch().topicPartition().partition());

    /** What the sender learns; {@link #onRequestEnded} comes last, once. */
    interface Results {
        void onAnswer(Attempt attempt, Topic topic, PartitionProduceResponse answer, @Nullable Node newLeader);

        /** A request that has no answer was written. */
        void onWritten(Attempt attempt);

        void onFailure(Attempt attempt, KafkaException cause, Transmission transmission);

        void onRequestEnded();
    }

    private record Answered(
            Attempt attempt,
            Topic topic,
            PartitionProduceResponse answer,
            @Nullable Node newLeader) {}

    private final ProduceRequestEncoder request;
    private final Results results;

    ProduceResponseHandler(ProduceRequestEncoder request, Results results) {
        this.request = request;
        this.results = results;
    }

    @Override
    public int onResponse(ByteBuf body, short version) {
        ProduceResponse response = Wire.readToEnd(body, version, "ProduceResponse", ProduceResponse::read);
        List<Answered> answers = match(response, version);
        for (Answered answered : answers) {
            results.onAnswer(answered.attempt(), answered.topic(), answered.answer(), answered.newLeader());
        }
        results.onRequestEnded();
        return response.throttleTimeMs();
    }

    private List<Answered> match(ProduceResponse response, short version) {
        Map<Object, Topic> topics = new HashMap<>(2 * request.topics().size());
        int sent = 0;
        for (Topic topic : request.topics()) {
            topics.put(version >= FIRST_VERSION_WITH_TOPIC_IDS ? topic.topicId() : topic.name(), topic);
            sent += topic.attempts().size();
        }
        List<Answered> answers = new ArrayList<>(sent);
        for (TopicProduceResponse answered : response.responses()) {
            Object key = version >= FIRST_VERSION_WITH_TOPIC_IDS ? answered.topicId() : answered.name();
            matchPartitions(topics.remove(key), key, answered, response, answers);
        }
        if (answers.size() != sent) {
            throw new MalformedMessageException(
                    "of " + sent + " batches that were produced, the answer speaks of " + answers.size());
        }
        return answers;
    }

    private static void matchPartitions(
            @Nullable Topic topic,
            Object key,
            TopicProduceResponse answered,
            ProduceResponse response,
            List<Answered> answers) {
        if (topic == null) {
            throw new MalformedMessageException("nothing was produced to topic " + key + ", or it is answered twice");
        }
        Attempt[] attempts = topic.attempts().toArray(new Attempt[0]);
        Arrays.sort(attempts, BY_PARTITION);
        boolean[] isAnswered = new boolean[attempts.length];
        for (PartitionProduceResponse answer : answered.partitionResponses()) {
            int place = placeOf(answer.index(), attempts);
            if (place < 0 || isAnswered[place]) {
                throw new MalformedMessageException("nothing was produced to partition " + answer.index() + " of topic "
                        + topic.name() + ", or it is answered twice");
            }
            isAnswered[place] = true;
            answers.add(new Answered(attempts[place], topic, answer, newLeader(answer, response)));
        }
    }

    /** Where the attempt for a partition is, of those in the order of their partitions; -1 if there is none. */
    private static int placeOf(int partition, Attempt[] attempts) {
        int low = 0;
        int high = attempts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int there = attempts[middle].batch().topicPartition().partition();
            if (there == partition) {
                return middle;
            }
            low = there < partition ? middle + 1 : low;
            high = there > partition ? middle - 1 : high;
        }
        return -1;
    }

    /** KIP-951: an answer may say who leads the partition now, and where it listens. */
    private static @Nullable Node newLeader(PartitionProduceResponse answer, ProduceResponse response) {
        for (NodeEndpoint endpoint : response.nodeEndpoints()) {
            if (endpoint.nodeId() == answer.currentLeader().leaderId()) {
                return new Node(endpoint.nodeId(), endpoint.host(), endpoint.port(), endpoint.rack());
            }
        }
        return null;
    }

    @Override
    public void onWritten() {
        request.topics().forEach(topic -> topic.attempts().forEach(results::onWritten));
        results.onRequestEnded();
    }

    @Override
    public void onFailure(KafkaException cause, Transmission transmission) {
        request.topics()
                .forEach(topic -> topic.attempts().forEach(attempt -> results.onFailure(attempt, cause, transmission)));
        results.onRequestEnded();
    }
}
