package dev.ottla.admin;

import dev.ottla.admin.internal.CoordinatorLocator;
import dev.ottla.admin.internal.Deadline;
import dev.ottla.common.Node;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.IsolationLevel;
import dev.ottla.errors.KafkaException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Operations on groups; see {@link Admin} for threads, time and errors, which are the same for all of them. A group id that is
 * empty is refused before anything is sent.
 */
public final class GroupAdmin {
    private final Operations operations;

    GroupAdmin(Operations operations) {
        this.operations = operations;
    }

    /** Lists all groups; see {@link #list(GroupFilter)}. */
    public CompletableFuture<Listings<GroupListing>> list() {
        return list(GroupFilter.ALL);
    }

    /**
     * Lists groups: asks every broker for those that it coordinates, and puts the answers together (ListGroups). Does not
     * block.
     *
     * @return in the order of group ids, each group once. A broker that can't be asked within the timeout, or is too old for
     *     the filter, is among the {@link Listings#failures()}. The future itself fails if it can't be found out which brokers
     *     there are
     * @throws IllegalArgumentException if the filter asks for an {@code UNKNOWN} state or type, for which there is no word
     */
    public CompletableFuture<Listings<GroupListing>> list(GroupFilter filter) {
        new ArgumentChecks()
                .require(!filter.states().contains(GroupState.UNKNOWN), "states must not contain UNKNOWN")
                .require(!filter.types().contains(GroupType.UNKNOWN), "types must not contain UNKNOWN")
                .done();
        Deadline deadline = operations.deadline();
        return ClusterAdmin.describe(operations, deadline)
                .thenCompose(cluster -> operations.toBrokers(nodeIds(cluster), new ListGroups(filter), deadline))
                .thenApply(byBroker ->
                        new Listings<>(ListGroups.merge(byBroker.values().values()), byBroker.failures()));
    }

    private static List<Integer> nodeIds(ClusterDescription cluster) {
        return cluster.nodes().stream().map(Node::id).toList();
    }

    /**
     * Describes groups of consumers and classic groups of any kind, with their members and what each has been assigned
     * (ConsumerGroupDescribe, and DescribeGroups for those that are classic). Does not block.
     *
     * @return by group id; a group fails with {@code GROUP_ID_NOT_FOUND} if there is none of this id, or it is a share or
     *     streams group, or with {@code GROUP_AUTHORIZATION_FAILED}
     * @throws IllegalArgumentException if a group id is empty or named twice
     */
    public CompletableFuture<Results<String, GroupDescription>> describe(String... groupIds) {
        return describe(Arrays.asList(groupIds));
    }

    /** See {@link #describe(String...)}. */
    public CompletableFuture<Results<String, GroupDescription>> describe(Collection<String> groupIds) {
        new ArgumentChecks().groupIds(groupIds).done();
        return describe(List.copyOf(groupIds), operations.deadline());
    }

    private CompletableFuture<Results<String, GroupDescription>> describe(List<String> groupIds, Deadline deadline) {
        CoordinatorLocator coordinators = operations.groupCoordinators();
        return operations
                .send(groupIds, new DescribeConsumerGroups(coordinators), coordinators, deadline)
                .thenCompose(consumerGroups -> {
                    List<String> others = groupIds.stream()
                            .filter(id -> isOfOtherType(consumerGroups, id))
                            .toList();
                    return operations
                            .send(others, new DescribeGroups(coordinators), coordinators, deadline)
                            .thenApply(classicGroups -> merge(groupIds, consumerGroups, classicGroups));
                });
    }

    private static boolean isOfOtherType(Results<String, GroupDescription> consumerGroups, String groupId) {
        KafkaException failure = consumerGroups.failures().get(groupId);
        return failure != null && DescribeConsumerGroups.mayBeClassic(failure);
    }

    /** What the second step says of a group replaces what the first has said. */
    static <V> Results<String, V> merge(List<String> groupIds, Results<String, V> first, Results<String, V> second) {
        Map<String, V> values = new LinkedHashMap<>();
        Map<String, KafkaException> failures = new LinkedHashMap<>();
        for (String groupId : groupIds) {
            boolean inSecond =
                    second.values().containsKey(groupId) || second.failures().containsKey(groupId);
            Results<String, V> results = inSecond ? second : first;
            V value = results.values().get(groupId);
            KafkaException failure = results.failures().get(groupId);
            if (value != null) {
                values.put(groupId, value);
            } else if (failure != null) {
                failures.put(groupId, failure);
            }
        }
        return new Results<>(values, failures);
    }

    /**
     * All offsets that a group has committed (OffsetFetch). Does not block.
     *
     * @return by partition; empty for a group that has committed nothing, and for one that does not exist. The future fails with
     *     {@code GROUP_AUTHORIZATION_FAILED} if the group may not be looked at
     * @throws IllegalArgumentException if the group id is empty
     */
    public CompletableFuture<Results<TopicPartition, OffsetAndMetadata>> offsets(String groupId) {
        new ArgumentChecks().groupIds(List.of(groupId)).done();
        return offsets(groupId, operations.deadline());
    }

    private CompletableFuture<Results<TopicPartition, OffsetAndMetadata>> offsets(String groupId, Deadline deadline) {
        return operations
                .toGroupCoordinators(List.of(groupId), new FetchOffsets(), deadline)
                .thenApply(results -> results.get(groupId));
    }

    /** How far a group is behind the high watermarks; see {@link #lag(String, IsolationLevel)}. */
    public CompletableFuture<Results<TopicPartition, PartitionLag>> lag(String groupId) {
        return lag(groupId, IsolationLevel.READ_UNCOMMITTED);
    }

    /**
     * How far a group is behind, for each partition that it has committed an offset for or that a member has (OffsetFetch,
     * ConsumerGroupDescribe or DescribeGroups, ListOffsets). The three are asked one after the other, so a busy group may have
     * moved on between them. Does not block.
     *
     * @param isolationLevel whether the end is the high watermark or the last stable offset
     * @return by partition; a partition fails with {@code UNKNOWN_TOPIC_OR_PARTITION} if it does not exist any more, or with a
     *     {@link dev.ottla.errors.RequestTimeoutException} if it has no leader for all the time. The future fails with
     *     {@code GROUP_ID_NOT_FOUND} if there is no such group
     * @throws IllegalArgumentException if the group id is empty
     */
    public CompletableFuture<Results<TopicPartition, PartitionLag>> lag(String groupId, IsolationLevel isolationLevel) {
        new ArgumentChecks().groupIds(List.of(groupId)).done();
        Deadline deadline = operations.deadline();
        return describe(List.of(groupId), deadline).thenCompose(described -> {
            GroupDescription group = described.get(groupId);
            return offsets(groupId, deadline).thenCompose(committed -> lag(group, committed, isolationLevel, deadline));
        });
    }

    private CompletableFuture<Results<TopicPartition, PartitionLag>> lag(
            GroupDescription group,
            Results<TopicPartition, OffsetAndMetadata> committed,
            IsolationLevel isolationLevel,
            Deadline deadline) {
        GroupLag lag = GroupLag.of(group, committed);
        return operations
                .toLeaders(lag.partitions(), ListOffsets.latest(isolationLevel), deadline)
                .thenApply(lag::upTo);
    }

    /**
     * Deletes groups without members, with all their offsets (DeleteGroups). Does not block.
     *
     * @return by group id; a group fails with {@code NON_EMPTY_GROUP} if it has members, {@code GROUP_ID_NOT_FOUND} if there is
     *     none, {@code GROUP_AUTHORIZATION_FAILED}, or with the outcome {@link dev.ottla.errors.Outcome#UNKNOWN} if the answer
     *     was lost
     * @throws IllegalArgumentException if a group id is empty or named twice
     */
    public CompletableFuture<Results<String, Done>> delete(String... groupIds) {
        return delete(Arrays.asList(groupIds));
    }

    /** See {@link #delete(String...)}. */
    public CompletableFuture<Results<String, Done>> delete(Collection<String> groupIds) {
        new ArgumentChecks().groupIds(groupIds).done();
        return operations.toGroupCoordinators(groupIds, new DeleteGroups(), operations.deadline());
    }
}
