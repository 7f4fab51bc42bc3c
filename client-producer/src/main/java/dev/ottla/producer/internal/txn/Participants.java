package dev.ottla.producer.internal.txn;

import dev.ottla.common.GroupMetadata;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.producer.internal.SendPipeline;
import dev.ottla.producer.internal.TransactionProtocol;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What takes part in one transaction: the partitions that are sent to, and the groups whose offsets it commits. Tells the
 * coordinator of them one question after the other, since it answers them so anyway. Part of a {@link TransactionSession}, on
 * the home loop.
 */
@EventLoopConfined
final class Participants {
    private final LiveTransaction transaction;
    private final CoordinatorCalls calls;
    private final SendPipeline pipeline;

    /** Told of what can't take part. */
    private final Consumer<KafkaException> onFailure;

    private Set<TopicPartition> wanted = new HashSet<>();
    private final Set<String> groups = new HashSet<>();
    private boolean isKnownToCoordinator;
    private boolean isCertain;

    /** Never fails. */
    private CompletableFuture<@Nullable Void> last = CompletableFuture.completedFuture(null);

    Participants(
            LiveTransaction transaction,
            CoordinatorCalls calls,
            SendPipeline pipeline,
            Consumer<KafkaException> onFailure) {
        this.transaction = transaction;
        this.calls = calls;
        this.pipeline = pipeline;
        this.onFailure = onFailure;
    }

    /** Completes when nothing is under way; never fails. */
    CompletableFuture<@Nullable Void> settled() {
        return last;
    }

    /** Whether the coordinator may have been told of anything, so that it has to be told of the end too. */
    boolean isKnownToCoordinator() {
        return isKnownToCoordinator
                || (transaction.identity().protocol() == TransactionProtocol.V2 && transaction.isUsed());
    }

    /** Whether the coordinator is known to have a transaction that it can end. */
    boolean isCertain() {
        return isCertain;
    }

    /** Protocol V1: the partition has records; it can be sent to when the coordinator knows of it. */
    void add(TopicPartition partition) {
        wanted.add(partition);
        if (wanted.size() == 1) {
            inTurn(this::addWanted).whenComplete((done, failure) -> report(failure));
        }
    }

    private CompletableFuture<?> addWanted() {
        Set<TopicPartition> partitions = wanted;
        wanted = new HashSet<>();
        isKnownToCoordinator = true;
        return calls.addPartitions(transaction.identity(), partitions).thenAccept(added -> {
            isCertain = true;
            transaction.admit(partitions);
            pipeline.offer(partitions);
        });
    }

    /** The group's offsets become part of the transaction. Fails if they can't. */
    CompletableFuture<@Nullable Void> add(Map<TopicPartition, OffsetAndMetadata> offsets, GroupMetadata group) {
        CompletableFuture<@Nullable Void> added = inTurn(() -> addGroup(group.groupId())
                .thenCompose(known -> calls.commitOffsets(transaction.identity(), offsets, group))
                .thenRun(() -> isCertain = true));
        added.whenComplete((done, failure) -> report(failure));
        return added;
    }

    private CompletableFuture<?> addGroup(String groupId) {
        isKnownToCoordinator = true;
        if (transaction.identity().protocol() == TransactionProtocol.V2 || groups.contains(groupId)) {
            return CompletableFuture.completedFuture(null);
        }
        return calls.addGroup(transaction.identity(), groupId).thenRun(() -> groups.add(groupId));
    }

    private CompletableFuture<@Nullable Void> inTurn(Supplier<CompletableFuture<?>> call) {
        CompletableFuture<@Nullable Void> result =
                last.thenCompose(before -> unlessCutOff(call)).<@Nullable Void>thenApply(done -> null);
        last = result.handle((done, failure) -> null);
        return result;
    }

    private CompletableFuture<?> unlessCutOff(Supplier<CompletableFuture<?>> call) {
        KafkaException cause = transaction.cutOff();
        return cause == null ? call.get() : CompletableFuture.failedFuture(cause);
    }

    private void report(@Nullable Throwable failure) {
        if (failure != null) {
            onFailure.accept(ClusterFailures.of(failure));
        }
    }
}
