package dev.ottla.it.simulation;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.ClientOptions;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Records;
import dev.ottla.errors.KafkaException;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.CallBegan;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.CommitFailed;
import dev.ottla.testkit.history.HistoryEvent.CommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.CommitOk;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.Lost;
import dev.ottla.testkit.history.HistoryEvent.MemberClosed;
import dev.ottla.testkit.history.HistoryEvent.Paused;
import dev.ottla.testkit.history.HistoryEvent.Positioned;
import dev.ottla.testkit.history.HistoryEvent.Resumed;
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * A member of a group, in a client of its own, until it leaves or is killed. Commits by itself after each poll and before it
 * gives partitions up, or leaves that to the consumer; what a poll handed out is done before the next.
 */
final class RecordingMember implements Member, RebalanceListener {
    static final String GROUP = "billing";
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);
    static final Duration HEARTBEAT_INTERVAL = Duration.ofMillis(300);
    private static final Duration API_TIMEOUT = Duration.ofSeconds(5);

    /** A commit that waits in a process which stands still ends when that goes on. */
    private static final Duration COMMIT_MAX =
            API_TIMEOUT.plus(Memberships.FREEZE_MAX).plusSeconds(5);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final boolean commitsAutomatically;
    private final MemberProcess process;
    private final Consumer<String, String> consumer;
    private final List<Done> undone = new ArrayList<>();
    private final Map<TopicPartition, Long> next = new TreeMap<>();

    /** As the application has heard. */
    private final Set<TopicPartition> partitions = new TreeSet<>();

    private final Set<TopicPartition> paused = new TreeSet<>();
    private final Map<TopicPartition, Double> seeksWhenAssigned = new TreeMap<>();

    /** How far it has got, under whatever assignment. */
    private final Map<TopicPartition, Long> reached = new TreeMap<>();

    private int commits;

    RecordingMember(
            Simulation simulation,
            String name,
            GroupKind kind,
            List<String> topics,
            boolean commitsItself,
            RandomGenerator random) {
        this.name = name;
        this.commitsAutomatically = !commitsItself;
        KafkaClient client = simulation.client(ClientOptions.builder()
                .clientId(name)
                .ioThreads(2)
                .requestTimeout(ProduceScenario.REQUEST_TIMEOUT)
                .defaultApiTimeout(API_TIMEOUT));
        this.process = new MemberProcess(simulation, client, GROUP, name);
        ConsumerBuilder<String, String> builder = Consumer.builder(client)
                .group(GROUP)
                .topics(topics)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .enableAutoCommit(commitsAutomatically)
                .autoCommitInterval(Duration.ofMillis(50 + random.nextInt(300)))
                .sessionTimeout(SESSION_TIMEOUT)
                .heartbeatInterval(HEARTBEAT_INTERVAL)
                .maxPollInterval(Duration.ofSeconds(6))
                .maxPollRecords(1 + random.nextInt(10))
                .fetchMaxWait(Duration.ofMillis(300))
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .rebalanceListener(this);
        kind.choose(builder);
        this.consumer = builder.build();
    }

    @Override
    public MemberProcess process() {
        return process;
    }

    private void record(HistoryEvent event) {
        process.record(event);
    }

    @Override
    public void poll() {
        finish();
        try {
            Records<String, String> records = consumer.poll(Duration.ZERO);
            for (ConsumerRecord<String, String> each : records) {
                onDelivered(each);
            }
            if (!commitsAutomatically && !undone.isEmpty()) {
                finish();
                commitAsync(records);
            }
        } catch (KafkaException reported) {
            record(new CallEnded(name, "poll, with " + reported.getClass().getSimpleName()));
        }
    }

    private void onDelivered(ConsumerRecord<String, String> each) {
        String value = String.valueOf(each.value());
        TopicPartition partition = each.topicPartition();
        record(new Delivered(
                GROUP,
                name,
                partition,
                each.offset(),
                Simulation.nameOf(value),
                Simulation.checksumOf(String.valueOf(each.key()), value)));
        undone.add(new Done(GROUP, name, partition, each.offset()));
        next.put(partition, each.offset() + 1);
        reached.merge(partition, each.offset() + 1, Math::max);
    }

    /** Goes back to somewhere before the position; the records from there on are to come again. */
    void seekBack(TopicPartition partition, double where) {
        seek(partition, (long) (next.getOrDefault(partition, 0L) * where));
    }

    /** Goes to this offset, and counts as done what it leaves out. */
    void seekForward(TopicPartition partition, long offset) {
        if (seek(partition, offset)) {
            for (long each = 0; each < offset; each++) {
                record(new Done(GROUP, name, partition, each));
            }
        }
    }

    /** As {@link #seekBack}, in the callback that tells of the partition. */
    void seekBackWhenAssigned(TopicPartition partition, double where) {
        seeksWhenAssigned.put(partition, where);
    }

    /** Returns whether the position could be set. */
    private boolean seek(TopicPartition partition, long offset) {
        try {
            consumer.seek(partition, offset);
            next.put(partition, offset);
            record(new Positioned(GROUP, name, partition, offset));
            return true;
        } catch (IllegalStateException lost) {
            record(new CallEnded(name, "seek, of what the application will hear that it has lost"));
            return false;
        }
    }

    /** Returns whether the partition could be paused. */
    boolean pause(TopicPartition partition) {
        try {
            consumer.pause(List.of(partition));
            paused.add(partition);
            record(new Paused(GROUP, name, partition));
            return true;
        } catch (IllegalStateException lost) {
            record(new CallEnded(name, "pause, of what the application will hear that it has lost"));
            return false;
        }
    }

    /** Ends the pause, if the partition has not been taken away since: that has ended it too. */
    void resume(TopicPartition partition) {
        if (process.isGone() || !paused.remove(partition)) {
            return;
        }
        try {
            consumer.resume(List.of(partition));
            record(new Resumed(GROUP, name, partition));
        } catch (IllegalStateException lost) {
            record(new CallEnded(name, "resume, of what the application will hear that it has lost"));
        }
    }

    void subscribe(List<String> topics) {
        consumer.subscribe(topics);
    }

    boolean isNamed(int number) {
        return name.equals("m" + number);
    }

    /** What is its own, as far as the application has heard. */
    Set<TopicPartition> partitions() {
        return partitions;
    }

    private void commitAsync(Records<String, String> records) {
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        for (ConsumerRecord<String, String> each : records) {
            offsets.put(each.topicPartition(), each.offset() + 1);
        }
        int number = begin(offsets);
        watch(number, consumer.commitAsync(records));
    }

    /** Commits all that polls have handed out, which is done. */
    void commitAsync() {
        finish();
        int number = begin(next);
        watch(number, consumer.commitAsync());
    }

    private void watch(int number, CompletableFuture<Void> commit) {
        record(new CallBegan(name, "commit " + number, COMMIT_MAX));
        commit.whenComplete((nothing, failure) -> {
            record(
                    failure == null
                            ? new CommitOk(GROUP, name, number)
                            : new CommitFailed(GROUP, name, number, String.valueOf(failure.getMessage())));
            record(new CallEnded(name, "commit " + number));
        });
    }

    /** As {@link #commitAsync()}, and waits for it. */
    void commit() {
        finish();
        int number = begin(next);
        record(new CallBegan(name, "commit " + number, API_TIMEOUT.plusSeconds(5)));
        try {
            consumer.commit();
            record(new CommitOk(GROUP, name, number));
        } catch (KafkaException failed) {
            record(new CommitFailed(GROUP, name, number, String.valueOf(failed.getMessage())));
        }
        record(new CallEnded(name, "commit " + number));
    }

    private void finish() {
        undone.forEach(this::record);
        undone.clear();
    }

    private int begin(Map<TopicPartition, Long> offsets) {
        commits++;
        record(new CommitInvoked(GROUP, name, commits, Map.copyOf(offsets)));
        return commits;
    }

    @Override
    public void onAssigned(Consumer<?, ?> mine, Set<TopicPartition> added) {
        record(new Assigned(GROUP, name, added));
        partitions.addAll(added);
        for (TopicPartition partition : new TreeSet<>(added)) {
            Double where = seeksWhenAssigned.remove(partition);
            if (where != null) {
                seek(partition, (long) (reached.getOrDefault(partition, 0L) * where));
            }
        }
    }

    @Override
    public void onRevoking(Consumer<?, ?> mine, Set<TopicPartition> moved, Duration remaining) {
        if (commitsAutomatically) {
            finish();
        } else {
            commit();
        }
        forget(moved);
        record(new Revoked(GROUP, name, moved));
    }

    private void forget(Set<TopicPartition> gone) {
        partitions.removeAll(gone);
        paused.removeAll(gone);
        next.keySet().removeAll(gone);
    }

    @Override
    public void onLost(Consumer<?, ?> mine, Set<TopicPartition> gone) {
        undone.removeIf(each -> gone.contains(each.partition()));
        forget(gone);
        record(new Lost(GROUP, name, gone));
    }

    @Override
    public void leave() {
        // What the application does in its own callback is not the close's time.
        record(new CallBegan(name, "close", CLOSE_TIMEOUT.plus(API_TIMEOUT)));
        consumer.close(CLOSE_TIMEOUT);
        record(new CallEnded(name, "close"));
        record(new MemberClosed(GROUP, name));
        process.end();
    }

    @Override
    public void giveBackMemory() {
        if (!consumer.isClosed()) {
            consumer.close(Duration.ZERO);
        }
    }
}
