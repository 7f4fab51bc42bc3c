package dev.ottla.it.simulation;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.common.TransactionInput;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.RebalanceListener;
import dev.ottla.consumer.Records;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.ProducerFencedException;
import dev.ottla.producer.Backpressure;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ReadProcessWrite;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionStatus;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Delivered;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.HandledInTransaction;
import dev.ottla.testkit.history.HistoryEvent.Lost;
import dev.ottla.testkit.history.HistoryEvent.MemberClosed;
import dev.ottla.testkit.history.HistoryEvent.ProducerClosed;
import dev.ottla.testkit.history.HistoryEvent.ProducerCrashed;
import dev.ottla.testkit.history.HistoryEvent.ProducerStarted;
import dev.ottla.testkit.history.HistoryEvent.Revoked;
import dev.ottla.testkit.history.HistoryEvent.Rewound;
import dev.ottla.testkit.history.HistoryEvent.SentInTransaction;
import dev.ottla.testkit.history.HistoryEvent.TransactionBegan;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitted;
import dev.ottla.testkit.history.HistoryEvent.TransactionRefused;
import dev.ottla.testkit.history.HistoryEvent.TransactionUnknown;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group that writes a record for each one it reads, in the transaction that commits its offset. An application's
 * own failures are part of its work. When its producer is fenced it ends, and another takes its place.
 */
final class RecordingWorker implements Member, RebalanceListener, TransactionInput<Records<String, String>> {
    static final String GROUP = "billing";
    static final String OUTPUT_TOPIC = "invoices";
    static final List<TopicPartition> OUTPUT = ProduceScenario.partitions(OUTPUT_TOPIC, 2);
    private static final Duration MAX_BLOCK = Duration.ofSeconds(3);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Simulation simulation;
    private final GroupKind kind;
    private final String name;
    private final String place;
    private final SplittableRandom random;
    private final MemberProcess process;
    private final Consumer<String, String> consumer;
    private final TransactionalProducer<String, String> producer;
    private final ReadProcessWrite<Records<String, String>, ProcessingFailed> loop;
    private final RecordedSends sends;
    private @Nullable Attempt attempt;
    private int attempts;
    private boolean couldNotGoOn;

    /** A transaction whose outcome is not known yet. */
    private record Attempt(String name, Transaction<String, String> transaction) {}

    /** The application's own failure. */
    static final class ProcessingFailed extends Exception {
        private static final long serialVersionUID = 1L;
    }

    static String transactionalId(String place) {
        return "billing-" + place;
    }

    /** The place is whose transactional id it has; the name is its own. */
    RecordingWorker(Simulation simulation, GroupKind kind, String place, String name, SplittableRandom random) {
        this.simulation = simulation;
        this.kind = kind;
        this.name = name;
        this.place = place;
        this.random = random;
        KafkaClient client = simulation.client(ClientOptions.builder()
                .clientId(name)
                .ioThreads(2)
                .requestTimeout(ProduceScenario.REQUEST_TIMEOUT)
                .defaultApiTimeout(Duration.ofSeconds(5)));
        this.process = new MemberProcess(simulation, client, GROUP, name);
        this.consumer = consumer(client);
        this.producer = producer(client);
        this.loop = producer.readProcessWrite(this, this::work);
        this.sends = new RecordedSends(name, this::record, Duration.ZERO);
        record(new ProducerStarted(name, transactionalId(place)));
    }

    private Consumer<String, String> consumer(KafkaClient client) {
        ConsumerBuilder<String, String> builder = Consumer.builder(client)
                .group(GROUP)
                .topics(ProduceScenario.TOPIC)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .isolationLevel(IsolationLevel.READ_COMMITTED)
                .enableAutoCommit(false)
                .sessionTimeout(Duration.ofSeconds(6))
                .heartbeatInterval(Duration.ofMillis(300))
                .maxPollInterval(Duration.ofSeconds(6))
                .maxPollRecords(1 + random.nextInt(10))
                .fetchMaxWait(Duration.ofMillis(300))
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .rebalanceListener(this);
        kind.choose(builder);
        return builder.build();
    }

    private TransactionalProducer<String, String> producer(KafkaClient client) {
        return Producer.builder(client)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .transactionalId(transactionalId(place))
                .transactionTimeout(Duration.ofMillis(5_000 + random.nextInt(10_000)))
                .maxInFlight(1 + random.nextInt(5))
                .maxBlock(MAX_BLOCK)
                .backpressure(Backpressure.suspend())
                .linger(Duration.ofMillis(random.nextInt(10)))
                .deliveryTimeout(Duration.ofMillis(1_500 + random.nextInt(3_000)))
                .buildTransactional();
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
        try {
            boolean isCommitted = loop.next(Duration.ZERO);
            Attempt ended = attempt;
            if (ended != null) {
                attempt = null;
                record(
                        isCommitted
                                ? new TransactionCommitted(name, ended.name())
                                : new TransactionRefused(name, ended.name(), "the group is elsewhere"));
            }
        } catch (KafkaException failed) {
            onFailed(failed);
        } catch (ProcessingFailed own) {
            attempt = null;
        }
    }

    private void onFailed(KafkaException failure) {
        Attempt failed = attempt;
        boolean isUnknown = failure.outcome() == Outcome.UNKNOWN;
        String what = String.valueOf(failure.getMessage());
        if (failed != null) {
            record(
                    isUnknown
                            ? new TransactionUnknown(name, failed.name(), what)
                            : new TransactionRefused(name, failed.name(), what));
        }
        boolean isOver = failure instanceof ProducerFencedException
                || (failed != null && failed.transaction().status() == TransactionStatus.FAILED);
        if (failed != null && failed.transaction().status() != TransactionStatus.COMMIT_UNKNOWN) {
            attempt = null;
        }
        if (isOver) {
            leave();
            couldNotGoOn = true;
        }
    }

    // ---- what the loop asks for

    @Override
    public Records<String, String> poll(Duration timeout) {
        return consumer.poll(timeout);
    }

    @Override
    public void rewind(Records<String, String> batch) {
        consumer.rewind(batch);
        record(new Rewound(GROUP, name, batch.nextOffsets().keySet()));
    }

    private void work(Records<String, String> records, Transaction<String, String> transaction)
            throws ProcessingFailed {
        String own = name + ":" + ++attempts;
        attempt = new Attempt(own, transaction);
        record(new TransactionBegan(name, own));
        int written = 0;
        for (ConsumerRecord<String, String> each : records) {
            String value = String.valueOf(each.value());
            record(new Delivered(
                    GROUP,
                    name,
                    each.topicPartition(),
                    each.offset(),
                    Simulation.nameOf(value),
                    Simulation.checksumOf(String.valueOf(each.key()), value)));
            record(new HandledInTransaction(own, GROUP, each.topicPartition(), each.offset()));
            write(transaction, own, own + "/" + written++);
        }
        if (random.nextInt(10) == 0) {
            throw new ProcessingFailed();
        }
        for (ConsumerRecord<String, String> each : records) {
            record(new Done(GROUP, name, each.topicPartition(), each.offset()));
        }
        record(new TransactionCommitInvoked(name, own));
    }

    private void write(Transaction<String, String> transaction, String own, String recordName) {
        record(new SentInTransaction(own, recordName));
        var record = sends.invoke(recordName, OUTPUT.get(random.nextInt(OUTPUT.size())), random.nextInt(100));
        try {
            transaction.send(record, (metadata, error) -> sends.onEnd(recordName, metadata, error));
        } catch (IllegalStateException isOver) {
            sends.onRefused(recordName, isOver);
        }
    }

    // ---- what the group says

    @Override
    public void onAssigned(Consumer<?, ?> mine, Set<TopicPartition> partitions) {
        record(new Assigned(GROUP, name, partitions));
    }

    @Override
    public void onRevoking(Consumer<?, ?> mine, Set<TopicPartition> partitions, Duration remaining) {
        record(new Revoked(GROUP, name, partitions));
    }

    @Override
    public void onLost(Consumer<?, ?> mine, Set<TopicPartition> partitions) {
        record(new Lost(GROUP, name, partitions));
    }

    // ---- its end

    @Override
    public void leave() {
        producer.close(CLOSE_TIMEOUT);
        consumer.close(CLOSE_TIMEOUT);
        record(new ProducerClosed(name));
        record(new MemberClosed(GROUP, name));
        process.end();
    }

    @Override
    public Optional<Member> successor() {
        return couldNotGoOn
                ? Optional.of(new RecordingWorker(simulation, kind, place, name + "'", random))
                : Optional.empty();
    }

    /** Then a transaction may be open that its group has taken from it. */
    @Override
    public boolean freezesInCalls() {
        return true;
    }

    @Override
    public void onKilled() {
        record(new ProducerCrashed(name));
    }

    @Override
    public void giveBackMemory() {
        if (!consumer.isClosed()) {
            producer.close(Duration.ZERO);
            consumer.close(Duration.ZERO);
        }
    }
}
