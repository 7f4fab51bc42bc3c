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
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    private int commits;

    RecordingMember(Simulation simulation, String name, GroupKind kind, RandomGenerator random) {
        this.name = name;
        this.commitsAutomatically = random.nextBoolean();
        KafkaClient client = simulation.client(ClientOptions.builder()
                .clientId(name)
                .ioThreads(2)
                .requestTimeout(ProduceScenario.REQUEST_TIMEOUT)
                .defaultApiTimeout(API_TIMEOUT));
        this.process = new MemberProcess(simulation, client, GROUP, name);
        ConsumerBuilder<String, String> builder = Consumer.builder(client)
                .group(GROUP)
                .topics(ProduceScenario.TOPIC)
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
        undone.forEach(this::record);
        undone.clear();
        try {
            Records<String, String> records = consumer.poll(Duration.ZERO);
            for (ConsumerRecord<String, String> each : records) {
                onDelivered(each);
            }
            if (!commitsAutomatically && !undone.isEmpty()) {
                undone.forEach(this::record);
                undone.clear();
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
    }

    private void commitAsync(Records<String, String> records) {
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        for (ConsumerRecord<String, String> each : records) {
            offsets.put(each.topicPartition(), each.offset() + 1);
        }
        int number = begin(offsets);
        record(new CallBegan(name, "commit " + number, COMMIT_MAX));
        consumer.commitAsync(records).whenComplete((nothing, failure) -> {
            record(
                    failure == null
                            ? new CommitOk(GROUP, name, number)
                            : new CommitFailed(GROUP, name, number, String.valueOf(failure.getMessage())));
            record(new CallEnded(name, "commit " + number));
        });
    }

    private int begin(Map<TopicPartition, Long> offsets) {
        commits++;
        record(new CommitInvoked(GROUP, name, commits, Map.copyOf(offsets)));
        return commits;
    }

    @Override
    public void onAssigned(Consumer<?, ?> mine, Set<TopicPartition> partitions) {
        record(new Assigned(GROUP, name, partitions));
    }

    @Override
    public void onRevoking(Consumer<?, ?> mine, Set<TopicPartition> partitions, Duration remaining) {
        undone.forEach(this::record);
        undone.clear();
        if (!commitsAutomatically) {
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
        next.keySet().removeAll(partitions);
        record(new Revoked(GROUP, name, partitions));
    }

    @Override
    public void onLost(Consumer<?, ?> mine, Set<TopicPartition> partitions) {
        undone.removeIf(each -> partitions.contains(each.partition()));
        next.keySet().removeAll(partitions);
        record(new Lost(GROUP, name, partitions));
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
