package dev.ottla.producer.internal;

import dev.ottla.config.Acks;
import dev.ottla.internal.concurrent.Confined;
import dev.ottla.producer.internal.ProduceRequestEncoder.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the batches of one request within its size, each sealed and numbered at once: with many partitions, nothing of a batch
 * would be left in the processor's cache for a second round. Step 5 of sending, used by {@link BrokerSender} for one request.
 */
@Confined
final class RequestRoom {
    private final int bytesMax;
    private final Batches batches;
    private final ProducerIdentity identity;
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<PartitionQueue> unfinished = new ArrayList<>();
    private int bytes;
    private @Nullable Acks acks;

    /** For so many bytes, sent as this producer. */
    RequestRoom(int bytesMax, Batches batches, ProducerIdentity identity) {
        this.bytesMax = bytesMax;
        this.batches = batches;
        this.identity = identity;
    }

    /**
     * Takes the oldest batch of a queue, if it is the owner's and may be taken. Returns false if it has to go in a later
     * request; a batch that is larger than a request goes alone, and those with other acks go apart.
     */
    boolean take(PartitionQueue queue, PartitionOwner owner) {
        if (queue.owner() != owner || queue.content() == PartitionQueue.Content.NONE) {
            return true;
        }
        Acks acksOfTopic = queue.topic().options().acks();
        if (acks != null && acks != acksOfTopic) {
            return false;
        }
        ProducerBatch batch = queue.take(attempts.isEmpty() ? Integer.MAX_VALUE : bytesMax - bytes);
        if (batch == null) {
            // All that there was may have been taken back meanwhile.
            return queue.content() == PartitionQueue.Content.NONE;
        }
        acks = acksOfTopic;
        bytes += batch.sizeBytes();
        attempts.add(begin(batch, queue));
        if (queue.window().mayTakeMore()) {
            unfinished.add(queue);
        } else {
            queue.onWindowChanged();
        }
        return true;
    }

    private Attempt begin(ProducerBatch batch, PartitionQueue queue) {
        TopicQueues topic = queue.topic();
        if (!batch.isSealed()) {
            topic.onOpenBatchTaken(batch);
            batches.seal(batch);
        }
        queue.window().onTopicId(topic.topicId());
        return queue.window().send(batch, identity);
    }

    /** One for each batch that was taken. */
    List<Attempt> attempts() {
        return attempts;
    }

    /** As all topics of the request have them; asked when a batch was taken. */
    Acks acks() {
        return Objects.requireNonNull(acks);
    }

    /** Those that a batch was taken from, and whose next may go when the request has gone. */
    List<PartitionQueue> unfinished() {
        return unfinished;
    }

    /** Attempts, at least one, grouped as the request has them. */
    static List<Topic> byTopic(List<Attempt> attempts) {
        TopicQueues first = attempts.get(0).batch().queue().topic();
        if (areAllOf(first, attempts)) {
            return List.of(new Topic(first.topic(), first.topicId(), attempts));
        }
        Map<TopicQueues, List<Attempt>> byTopic = new LinkedHashMap<>();
        for (Attempt attempt : attempts) {
            byTopic.computeIfAbsent(attempt.batch().queue().topic(), topic -> new ArrayList<>())
                    .add(attempt);
        }
        List<Topic> topics = new ArrayList<>(byTopic.size());
        byTopic.forEach((topic, ofTopic) -> topics.add(new Topic(topic.topic(), topic.topicId(), ofTopic)));
        return topics;
    }

    private static boolean areAllOf(TopicQueues topic, List<Attempt> attempts) {
        for (int i = 1; i < attempts.size(); i++) {
            if (attempts.get(i).batch().queue().topic() != topic) {
                return false;
            }
        }
        return true;
    }
}
