package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.delivery.FetchBudget;
import dev.ottla.consumer.internal.fetch.LogEnds;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partitions that are lost and assigned anew while the application is busy. */
class ConsumerLoopTest extends EngineFixture {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final GroupIdentity MEMBER = new GroupIdentity("g", "member-1", 1, null);

    private final Assignment assignment = new Assignment();
    private final DeliveryQueue queue = new DeliveryQueue();
    private final ConsumerOptions options =
            options().groupId("g").enableAutoCommit(false).build(kafka.cluster.options());
    private final ConsumerLoop loop = loop();
    private final Commits commits =
            new Commits(kafka.cluster, options, assignment, loop, new Blocking(kafka.cluster.runtime()), () -> {});

    /** What the application commits when it hears of partitions. */
    private final List<CompletableFuture<Void>> onAssigned = new ArrayList<>();

    private ConsumerLoop loop() {
        RebalanceCallbacks callbacks = new RebalanceCallbacks() {
            @Override
            public void onAssigned(Set<TopicPartition> partitions) {
                onAssigned.add(commits.consumed(TIMEOUT));
            }

            @Override
            public void onRevoking(Set<TopicPartition> partitions, Duration remaining) {}

            @Override
            public void onLost(Set<TopicPartition> partitions) {}
        };
        ConsumerSetup setup = new ConsumerSetup(
                options,
                new TopicSelection.Named(Set.of(TOPIC)),
                Set.of(),
                StartingPoint.earliest(),
                List.of(),
                Duration.ofMinutes(1),
                callbacks);
        Positions.Outlets outlets =
                new Positions.Outlets(queue, new LogEnds(options.isolationLevel()), new FetchBudget(options), null);
        return new ConsumerLoop(
                kafka.cluster,
                setup,
                assignment,
                outlets,
                new PollClock(kafka.loop),
                (partitions, deadlineNanos) -> {});
    }

    @BeforeEach
    void assign() {
        kafka.loop.run(() -> loop.start(Map.of()));
        kafka.loop.advance(A_WHILE);
        kafka.loop.run(() -> loop.onAssigned(Set.of(FIRST, SECOND), MEMBER));
        tell();
        kafka.loop.run();
    }

    /** As a poll does; the home loop is busy meanwhile. */
    private void tell() {
        for (Runnable callback = queue.nextCallback(); callback != null; callback = queue.nextCallback()) {
            callback.run();
        }
    }

    private void loseAndGetBack(TopicPartition partition) {
        kafka.loop.run(() -> {
            loop.onLost(Set.of(partition));
            loop.onAssigned(Set.of(partition), MEMBER);
        });
    }

    private CompletableFuture<Void> commit(TopicPartition partition, long offset) {
        CompletableFuture<Void> commit = commits.offsets(Map.of(partition, new OffsetAndMetadata(offset)), TIMEOUT);
        kafka.loop.run();
        return commit;
    }

    @Test
    void should_not_seem_to_commit_what_was_lost_before_the_application_hears_of_it() {
        // given
        loseAndGetBack(FIRST);

        // when
        CompletableFuture<Void> unheard = commits.consumed(TIMEOUT);
        onAssigned.clear();
        tell();
        kafka.loop.run();

        // then
        assertThat(unheard)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("Nothing was committed");
        assertThat(onAssigned)
                .singleElement()
                .satisfies(heard -> assertThat(heard).isCompleted());
    }

    @Test
    void should_begin_behind_what_was_committed_before_the_application_heard_of_the_loss() {
        // given
        commit(SECOND, 7);
        loseAndGetBack(FIRST);
        CompletableFuture<Void> waiting = commit(FIRST, 5);
        long lookUps = kafka.sent(ApiKey.OFFSET_FETCH);

        // when
        tell();
        kafka.loop.run();

        // then
        assertThat(kafka.sent(ApiKey.OFFSET_FETCH)).isEqualTo(lookUps);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(committed(kafka.next(ApiKey.OFFSET_COMMIT).message)).isEqualTo(5);
        assertThat(kafka.sent(ApiKey.OFFSET_FETCH)).isEqualTo(lookUps);
        kafka.next(ApiKey.OFFSET_COMMIT).answer(commitAnswer(ErrorCode.NONE));
        assertThat(waiting).isCompleted();
        assertThat(kafka.sent(ApiKey.OFFSET_FETCH)).isEqualTo(lookUps + 1);
    }
}
