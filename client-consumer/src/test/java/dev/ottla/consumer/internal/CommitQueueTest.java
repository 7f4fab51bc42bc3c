package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.CommitQueue;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commits of a member whose group moves on meanwhile. */
class CommitQueueTest extends EngineFixture {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final long ASSIGNMENT = 1;

    private final Assignment assignment = new Assignment();

    /** Another identity follows whatever a commit is refused for. */
    private final CommitQueue queue = new CommitQueue(kafka.cluster, assignment, (identity, error) -> true);

    @BeforeEach
    void join() {
        kafka.loop.run(() -> kafka.cluster.track(TOPIC));
        kafka.loop.advance(A_WHILE);
        assignment.assign(List.of(FIRST, SECOND), ASSIGNMENT);
        kafka.loop.run(() -> queue.onIdentity(member(1)));
    }

    private static GroupIdentity member(int generation) {
        return new GroupIdentity("g", "member-1", generation, null).at(ASSIGNMENT);
    }

    private CompletableFuture<Void> commit(TopicPartition partition, long offset) {
        return onLoop(() -> queue.commit(member(1), Map.of(partition, new OffsetAndMetadata(offset)), TIMEOUT));
    }

    private CompletableFuture<Void> onLoop(Supplier<CompletableFuture<Void>> call) {
        AtomicReference<CompletableFuture<Void>> result = new AtomicReference<>(new CompletableFuture<>());
        kafka.loop.run(() -> result.set(call.get()));
        return result.get();
    }

    private CompletableFuture<Void> ended(TopicPartition partition) {
        return onLoop(() -> queue.whenEnded(Set.of(partition)));
    }

    private ScriptedCluster.Request sent() {
        return kafka.next(ApiKey.OFFSET_COMMIT);
    }

    @Test
    void should_not_take_a_commit_for_ended_that_is_to_be_sent_again() {
        // given
        commit(FIRST, 1);
        CompletableFuture<Void> ended = ended(FIRST);

        // when
        sent().answer(commitAnswer(ErrorCode.REBALANCE_IN_PROGRESS));

        // then
        assertThat(ended).isNotDone();
        kafka.loop.run(() -> queue.onIdentity(member(2)));
        CompletableFuture<Void> endedAgain = ended(FIRST);
        assertThat(ended).isNotDone();
        assertThat(endedAgain).isNotDone();
        sent().answer(commitAnswer(ErrorCode.NONE));
        assertThat(ended).isCompleted();
        assertThat(endedAgain).isCompleted();
    }

    @Test
    void should_say_when_those_commits_have_ended_that_wait_behind_others() {
        // given
        commit(FIRST, 1);
        commit(SECOND, 9);

        // when
        CompletableFuture<Void> ended = ended(SECOND);

        // then
        sent().answer(commitAnswer(ErrorCode.NONE));
        assertThat(ended).isNotDone();
        assertThat(ended(FIRST)).isCompleted();
        sent().answer(commitAnswer(ErrorCode.NONE));
        assertThat(ended).isCompleted();
    }

    @Test
    void should_fail_only_those_callers_whose_offsets_were_not_stored_before_the_partitions_were_lost() {
        // given
        commit(FIRST, 1);
        CompletableFuture<Void> stored = commit(FIRST, 2);
        CompletableFuture<Void> refused = commit(SECOND, 9);
        sent().answer(commitAnswer(ErrorCode.NONE));
        lose();

        // when
        sent().answer(commitAnswer(ErrorCode.NONE, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));

        // then
        assertThat(stored).isCompleted();
        assertThat(catchThrowable(refused::join).getCause())
                .isInstanceOfSatisfying(
                        KafkaException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.ILLEGAL_GENERATION))
                .hasMessageContaining("The offset of " + SECOND + " was not committed");
        kafka.loop.advance(A_WHILE);
        assertThat(kafka.sent(ApiKey.OFFSET_COMMIT)).isEqualTo(2);
    }

    private void lose() {
        assignment.remove(List.of(FIRST, SECOND), ASSIGNMENT);
        kafka.loop.run(() -> queue.onIdentity(null));
    }

    @Test
    void should_go_on_trying_what_is_under_way_when_it_is_closed() {
        // given
        CompletableFuture<Void> commit = commit(FIRST, 1);
        kafka.loop.run(() -> queue.close(new ClosedException("closed", null)));
        assignment.remove(List.of(FIRST, SECOND), ASSIGNMENT);

        // when
        sent().answer(commitAnswer(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
        kafka.loop.advance(A_WHILE);

        // then
        assertThat(commit).isNotDone();
        sent().answer(commitAnswer(ErrorCode.NONE));
        assertThat(commit).isCompleted();
    }
}
