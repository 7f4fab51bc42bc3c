package dev.ottla.admin;

import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Operations on topics; see {@link Admin} for threads, time and errors, which are the same for all of them. Topic names are
 * checked against Kafka's rule before anything is sent.
 */
public final class TopicAdmin {
    private final Operations operations;

    TopicAdmin(Operations operations) {
        this.operations = operations;
    }

    /**
     * Creates topics (CreateTopics). The controller has created them when the future completes; other brokers may take a moment
     * longer to know of them. Does not block.
     *
     * @return by topic name; a topic fails with {@code TOPIC_ALREADY_EXISTS}, {@code INVALID_PARTITIONS},
     *     {@code INVALID_REPLICATION_FACTOR}, {@code INVALID_REPLICA_ASSIGNMENT}, {@code INVALID_CONFIG},
     *     {@code POLICY_VIOLATION} or {@code TOPIC_AUTHORIZATION_FAILED}, none of which helps to repeat, or with the outcome
     *     {@link dev.ottla.errors.Outcome#UNKNOWN} if the answer was lost: then list the topics before you repeat it
     * @throws IllegalArgumentException if names, numbers, assignments or configs can not work; names all of them
     */
    public CompletableFuture<Results<String, CreatedTopic>> create(NewTopic... topics) {
        return create(Arrays.asList(topics), false);
    }

    /** See {@link #create(NewTopic...)}. */
    public CompletableFuture<Results<String, CreatedTopic>> create(Collection<NewTopic> topics) {
        return create(topics, false);
    }

    /**
     * Has the cluster check whether it would create these topics, and creates none (CreateTopics with {@code validateOnly}).
     * Does not block.
     *
     * @return by topic name, what {@link #create(NewTopic...)} would answer, without a topic id
     * @throws IllegalArgumentException as {@link #create(NewTopic...)} does
     */
    public CompletableFuture<Results<String, CreatedTopic>> validate(NewTopic... topics) {
        return create(Arrays.asList(topics), true);
    }

    private CompletableFuture<Results<String, CreatedTopic>> create(Collection<NewTopic> topics, boolean validateOnly) {
        ArgumentChecks checks = new ArgumentChecks()
                .topicNames(topics.stream().map(NewTopic::name).toList());
        topics.forEach(topic -> topic.check(checks));
        checks.done();
        Map<String, NewTopic> byName = new LinkedHashMap<>();
        topics.forEach(topic -> byName.put(topic.name(), topic));
        return operations.toController(byName.keySet(), new CreateTopics(byName, validateOnly));
    }

    /**
     * Deletes topics with all their records (DeleteTopics). Other brokers than the controller may take a moment longer to
     * forget them. Does not block.
     *
     * @return by topic name; a topic fails with {@code UNKNOWN_TOPIC_OR_PARTITION} if there is none of this name,
     *     {@code TOPIC_AUTHORIZATION_FAILED}, {@code TOPIC_DELETION_DISABLED}, or with the outcome
     *     {@link dev.ottla.errors.Outcome#UNKNOWN} if the answer was lost
     * @throws IllegalArgumentException if a name is not legal or named twice
     */
    public CompletableFuture<Results<String, DeletedTopic>> delete(String... topics) {
        return delete(Arrays.asList(topics));
    }

    /** See {@link #delete(String...)}. */
    public CompletableFuture<Results<String, DeletedTopic>> delete(Collection<String> topics) {
        new ArgumentChecks().topicNames(topics).done();
        return operations.toController(topics, new DeleteTopics());
    }

    /**
     * Lists the topics that this client may see, Kafka's internal ones included (Metadata). Does not block.
     *
     * @return in the order of their names
     */
    public CompletableFuture<List<TopicListing>> list() {
        return operations
                .read(
                        new MetadataRequest(null, false, false, false),
                        MetadataResponse::errorCode,
                        operations.deadline())
                .thenApply(DescribeTopics::listings);
    }

    /**
     * Describes topics (Metadata). Never creates one. Does not block.
     *
     * @return by topic name; a topic fails with {@code UNKNOWN_TOPIC_OR_PARTITION} if the asked broker knows none of this name,
     *     which may also be because it was created a moment ago, or with {@code TOPIC_AUTHORIZATION_FAILED}
     * @throws IllegalArgumentException if a name is not legal or named twice
     */
    public CompletableFuture<Results<String, TopicDescription>> describe(String... topics) {
        return describe(Arrays.asList(topics));
    }

    /** See {@link #describe(String...)}. */
    public CompletableFuture<Results<String, TopicDescription>> describe(Collection<String> topics) {
        new ArgumentChecks().topicNames(topics).done();
        return operations.toAnyBroker(topics, new DescribeTopics());
    }
}
