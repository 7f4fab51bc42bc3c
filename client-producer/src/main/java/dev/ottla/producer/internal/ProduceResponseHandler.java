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
    private static final Comparator<Attempt> BY_PARTITION = Comparator.comparingInt(Attempt::partition);

    /** What the sender learns; {@link #onRequestEnded} comes last, once. */
    interface Results {
        void onAnswer(Attempt attempt, Topic topic, PartitionProduceResponse answer, @Nullable Node newLeader);

        /** A request that has no answer was written. */
        void onWritten(Attempt attempt);

        void onFailure(Attempt attempt, KafkaException cause, Transmission transmission);

        void onRequestEnded();
    }

    /** What was sent to one topic, in the order in which it was answered. */
    private record Answered(Topic topic, List<Attempt> attempts, List<PartitionProduceResponse> answers) {}

    private final ProduceRequestEncoder request;
    private final Results results;

    ProduceResponseHandler(ProduceRequestEncoder request, Results results) {
        this.request = request;
        this.results = results;
    }

    @Override
    public int onResponse(ByteBuf body, short version) {
        ProduceResponse response = Wire.readToEnd(body, version, "ProduceResponse", ProduceResponse::read);
        List<Answered> topics = match(response, version);
        Map<Integer, Node> newLeaders = newLeaders(response);
        for (Answered topic : topics) {
            for (int i = 0; i < topic.answers().size(); i++) {
                PartitionProduceResponse answer = topic.answers().get(i);
                Node newLeader = newLeaders.isEmpty()
                        ? null
                        : newLeaders.get(answer.currentLeader().leaderId());
                results.onAnswer(topic.attempts().get(i), topic.topic(), answer, newLeader);
            }
        }
        results.onRequestEnded();
        return response.throttleTimeMs();
    }

    private List<Answered> match(ProduceResponse response, short version) {
        List<TopicProduceResponse> responses = response.responses();
        List<Topic> topics = topicsOf(responses, version);
        List<Answered> answered = new ArrayList<>(responses.size());
        int matched = 0;
        for (int i = 0; i < responses.size(); i++) {
            List<PartitionProduceResponse> answers = responses.get(i).partitionResponses();
            answered.add(matchPartitions(topics.get(i), answers));
            matched += answers.size();
        }
        int sent = 0;
        for (Topic topic : request.topics()) {
            sent += topic.attempts().size();
        }
        if (matched != sent) {
            throw new MalformedMessageException(
                    "of " + sent + " batches that were produced, the answer speaks of " + matched);
        }
        return answered;
    }

    /** The topics that the answers are about; brokers may change their order, and that of the partitions too. */
    private List<Topic> topicsOf(List<TopicProduceResponse> responses, short version) {
        List<Topic> sent = request.topics();
        if (sent.size() == 1
                && responses.size() == 1
                && key(sent.get(0), version).equals(key(responses.get(0), version))) {
            return sent;
        }
        Map<Object, Topic> byKey = new HashMap<>(2 * sent.size());
        sent.forEach(topic -> byKey.put(key(topic, version), topic));
        List<Topic> topics = new ArrayList<>(responses.size());
        for (TopicProduceResponse answer : responses) {
            Object key = key(answer, version);
            Topic topic = byKey.remove(key);
            if (topic == null) {
                throw new MalformedMessageException(
                        "nothing was produced to topic " + key + ", or it is answered twice");
            }
            topics.add(topic);
        }
        return topics;
    }

    private static Object key(Topic topic, short version) {
        return version >= FIRST_VERSION_WITH_TOPIC_IDS ? topic.topicId() : topic.name();
    }

    private static Object key(TopicProduceResponse answer, short version) {
        return version >= FIRST_VERSION_WITH_TOPIC_IDS ? answer.topicId() : answer.name();
    }

    private static Answered matchPartitions(Topic topic, List<PartitionProduceResponse> answers) {
        List<Attempt> attempts = topic.attempts();
        return new Answered(topic, isInOrder(attempts, answers) ? attempts : inOrder(topic, answers), answers);
    }

    private static boolean isInOrder(List<Attempt> attempts, List<PartitionProduceResponse> answers) {
        if (attempts.size() != answers.size()) {
            return false;
        }
        for (int i = 0; i < attempts.size(); i++) {
            if (attempts.get(i).partition() != answers.get(i).index()) {
                return false;
            }
        }
        return true;
    }

    private static List<Attempt> inOrder(Topic topic, List<PartitionProduceResponse> answers) {
        Attempt[] attempts = topic.attempts().toArray(new Attempt[0]);
        Arrays.sort(attempts, BY_PARTITION);
        boolean[] isAnswered = new boolean[attempts.length];
        List<Attempt> inOrder = new ArrayList<>(attempts.length);
        for (PartitionProduceResponse answer : answers) {
            int place = placeOf(answer.index(), attempts);
            if (place < 0 || isAnswered[place]) {
                throw new MalformedMessageException("nothing was produced to partition " + answer.index() + " of topic "
                        + topic.name() + ", or it is answered twice");
            }
            isAnswered[place] = true;
            inOrder.add(attempts[place]);
        }
        return inOrder;
    }

    /** Where the attempt for a partition is, of those in the order of their partitions; -1 if there is none. */
    private static int placeOf(int partition, Attempt[] attempts) {
        int low = 0;
        int high = attempts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int there = attempts[middle].partition();
            if (there == partition) {
                return middle;
            }
            low = there < partition ? middle + 1 : low;
            high = there > partition ? middle - 1 : high;
        }
        return -1;
    }

    /** KIP-951: an answer may say who leads a partition now, and where it listens. */
    private static Map<Integer, Node> newLeaders(ProduceResponse response) {
        if (response.nodeEndpoints().isEmpty()) {
            return Map.of();
        }
        Map<Integer, Node> leaders = new HashMap<>();
        for (NodeEndpoint endpoint : response.nodeEndpoints()) {
            leaders.put(
                    endpoint.nodeId(), new Node(endpoint.nodeId(), endpoint.host(), endpoint.port(), endpoint.rack()));
        }
        return leaders;
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
