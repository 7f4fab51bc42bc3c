package dev.ottla.it.simulation;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.ClientOptions;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.Ordering;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Retries;
import dev.ottla.consumer.SteppedProcessor;
import dev.ottla.consumer.SteppedProcessor.Way;
import dev.ottla.errors.BrokerException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.CallBegan;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.HandlingBegan;
import dev.ottla.testkit.history.HistoryEvent.HandlingFailed;
import dev.ottla.testkit.history.HistoryEvent.Lost;
import dev.ottla.testkit.history.HistoryEvent.MemberClosed;
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group that handles records, many at once: some at once, most after a while, a few after longer than is waited for
 * them; every fourth attempt fails. It has a client of its own, until it leaves or is killed; if its processor ends by itself,
 * another takes its place.
 */
final class HandlingMember implements Member, RebalanceListener {
    static final String GROUP = "shipping";
    private static final Duration QUEUEING_MAX = Duration.ofMillis(200);
    private static final Duration HANDLING_MAX = Duration.ofMillis(300);
    private static final Duration SLOW_HANDLING_MAX = Duration.ofMillis(2_500);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration API_TIMEOUT = Duration.ofSeconds(5);

    /** What was begun is waited for, the commit under way ends, the last one ends, and the consumer closes. */
    private static final Duration CLOSE_MAX = CLOSE_TIMEOUT.plus(API_TIMEOUT.multipliedBy(2));

    private static final Duration UNTIL_NEXT_LOOK = Duration.ofMillis(20);

    private final Simulation simulation;
    private final String name;
    private final GroupKind kind;
    private final Ordering ordering;
    private final RandomGenerator random;
    private final MemberProcess process;
    private final SteppedProcessor<String, String> processor;
    private final boolean freezesInCalls;

    /** What the callback under way, or the one before it in the same turn, gives up: until it ends, gaps are filled. */
    private final Set<TopicPartition> revoking = new TreeSet<>();

    private boolean isInTurn;
    private boolean isLeaving;
    private boolean isOver;
    private boolean couldNotGoOn;

    HandlingMember(Simulation simulation, String name, GroupKind kind, Ordering ordering, RandomGenerator random) {
        this.simulation = simulation;
        this.name = name;
        this.kind = kind;
        this.ordering = ordering;
        this.random = random;
        KafkaClient client = simulation.client(ClientOptions.builder()
                .clientId(name)
                .ioThreads(2)
                .requestTimeout(ProduceScenario.REQUEST_TIMEOUT)
                .defaultApiTimeout(API_TIMEOUT));
        this.process = new MemberProcess(simulation, client, GROUP, name);
        ConsumerBuilder<String, String> consumer = Consumer.builder(client)
                .group(GROUP)
                .topics(ProduceScenario.TOPIC)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .autoCommitInterval(Duration.ofMillis(50 + random.nextInt(300)))
                .sessionTimeout(RecordingMember.SESSION_TIMEOUT)
                .heartbeatInterval(RecordingMember.HEARTBEAT_INTERVAL)
                .maxPollInterval(Duration.ofSeconds(6))
                .fetchMaxWait(Duration.ofMillis(300))
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .rebalanceListener(this);
        kind.choose(consumer);
        this.freezesInCalls = random.nextInt(3) == 0;
        Way way = new Way(ordering, 1 + random.nextInt(12), 2 + random.nextInt(30), DRAIN_TIMEOUT, Retries.unlimited());
        this.processor = new SteppedProcessor<>(consumer, way, this::execute, this::handle);
    }

    @Override
    public MemberProcess process() {
        return process;
    }

    private void record(HistoryEvent event) {
        process.record(event);
    }

    /** Its executor is busy at times. */
    private void execute(Runnable task) {
        later(random.nextInt(4) == 0 ? FaultDice.moment(random, QUEUEING_MAX) : Duration.ZERO, task);
    }

    /** On another thread of the same process. */
    private void later(Duration time, Runnable task) {
        simulation.application(name + " handler", time, () -> {
            if (process.isFrozen()) {
                return Optional.of(UNTIL_NEXT_LOOK);
            } else if (!process.isGone()) {
                task.run();
            }
            return Optional.empty();
        });
    }

    // ---- the handler

    private @Nullable CompletionStage<?> handle(ConsumerRecord<String, String> record) {
        String value = String.valueOf(record.value());
        record(new Delivered(
                GROUP,
                name,
                record.topicPartition(),
                record.offset(),
                Simulation.nameOf(value),
                Simulation.checksumOf(String.valueOf(record.key()), value)));
        if (ordering != Ordering.UNORDERED) {
            String lane = ordering == Ordering.KEY ? "key " + record.key() : "all";
            record(new HandlingBegan(GROUP, name, record.topicPartition(), record.offset(), lane));
        }
        boolean fails = random.nextInt(4) == 0;
        if (random.nextInt(3) == 0) {
            end(record, fails);
            return null;
        }
        CompletableFuture<Void> handled = new CompletableFuture<>();
        Duration longest = random.nextInt(12) == 0 ? SLOW_HANDLING_MAX : HANDLING_MAX;
        later(FaultDice.moment(random, longest), () -> {
            try {
                end(record, fails);
                handled.complete(null);
            } catch (AttemptFailed e) {
                handled.completeExceptionally(e);
            }
        });
        return handled;
    }

    private void end(ConsumerRecord<String, String> record, boolean fails) {
        if (fails) {
            record(new HandlingFailed(GROUP, name, record.topicPartition(), record.offset()));
            throw new AttemptFailed();
        }
        record(new Done(GROUP, name, record.topicPartition(), record.offset()));
    }

    /** The application's own failure. */
    private static final class AttemptFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AttemptFailed() {
            super("this attempt fails", null, false, false);
        }
    }

    // ---- its turns

    @Override
    public void poll() {
        isInTurn = true;
        isOver = !processor.turn();
        isInTurn = false;
        tellRevoked();
        if (isOver) {
            couldNotGoOn = !isLeaving;
            checkReason(processor.ended().handle((nothing, failure) -> failure).join());
            record(new CallEnded(name, "close"));
            record(new MemberClosed(GROUP, name));
            process.end();
        }
    }

    /** Nothing but a close may end it, or a broker that does not know itself what is wrong. */
    private static void checkReason(@Nullable Throwable failure) {
        if (failure != null && !(failure instanceof BrokerException)) {
            throw new AssertionError("the processor ended", failure);
        }
    }

    @Override
    public Optional<Member> successor() {
        return couldNotGoOn
                ? Optional.of(new HandlingMember(simulation, name + "'", kind, ordering, random))
                : Optional.empty();
    }

    /** Which is while it waits for handlers, or for the last commit, before it gives partitions up. */
    @Override
    public boolean freezesInCalls() {
        return freezesInCalls;
    }

    /** Another thread may close it at any time. */
    @Override
    public boolean leavesInCalls() {
        return true;
    }

    @Override
    public void leave() {
        if (!isLeaving) {
            isLeaving = true;
            record(new CallBegan(name, "close", CLOSE_MAX));
            processor.stop(CLOSE_TIMEOUT);
        }
        while (!isOver && !isInTurn) {
            poll();
        }
    }

    @Override
    public void giveBackMemory() {
        processor.stop(Duration.ZERO);
        while (!isOver) {
            isOver = !processor.turn();
        }
    }

    // ---- what the group says

    private void tellRevoked() {
        if (!revoking.isEmpty()) {
            record(new Revoked(GROUP, name, new TreeSet<>(revoking)));
            revoking.clear();
        }
    }

    @Override
    public void onAssigned(Consumer<?, ?> mine, Set<TopicPartition> added) {
        tellRevoked();
        record(new Assigned(GROUP, name, added));
    }

    /** What is under way is waited for after this; at the end of the processor it has been before. */
    @Override
    public void onRevoking(Consumer<?, ?> mine, Set<TopicPartition> moved, Duration remaining) {
        tellRevoked();
        revoking.addAll(moved);
        if (!moved.stream().allMatch(processor::handles)) {
            tellRevoked();
        }
    }

    @Override
    public void onLost(Consumer<?, ?> mine, Set<TopicPartition> gone) {
        tellRevoked();
        record(new Lost(GROUP, name, gone));
    }
}
