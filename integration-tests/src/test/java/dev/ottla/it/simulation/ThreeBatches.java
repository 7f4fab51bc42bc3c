package dev.ottla.it.simulation;

import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.Exploration;
import dev.ottla.testkit.Exploration.PossibleFault;
import dev.ottla.testkit.Exploration.Result;
import dev.ottla.testkit.Exploration.Scope;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import dev.ottla.testkit.simulation.SimulatedFault;
import dev.ottla.testkit.simulation.SimulatedFault.BlackHole;
import dev.ottla.testkit.simulation.SimulatedFault.MoveLeader;
import dev.ottla.testkit.simulation.SimulatedFault.RefusePartition;
import dev.ottla.testkit.simulation.SimulatedFault.ResetConnections;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * An idempotent producer sends three batches to one partition with two replicas, as soon as the application calls, with up to
 * five in flight.
 */
final class ThreeBatches implements Exploration.Run {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final int BROKERS = 2;
    private static final int BATCHES = 3;

    /** A record is larger than a batch should be, so each has a batch of its own. */
    private static final int RECORD_BYTES = 200;

    private static final ByteSize BATCH_SIZE = ByteSize.bytes(100);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration SILENCE = REQUEST_TIMEOUT.multipliedBy(2);
    private static final Duration TIME_MAX = Duration.ofSeconds(60);

    /** How long the producer tries. */
    enum Patience {
        /** Longer than all faults together, so that every record has to be acknowledged. */
        LONG(Duration.ofSeconds(30)),
        /** Not as long as a leader may be silent, so that the outcome of a record may be left open. */
        SHORT(Duration.ofMillis(1_500));

        private final Duration deliveryTimeout;

        Patience(Duration deliveryTimeout) {
            this.deliveryTimeout = deliveryTimeout;
        }
    }

    /** A reset loses requests and answers that are on their way; a silence lasts until requests have timed out. */
    private static final List<PossibleFault> FAULTS = List.of(
            new PossibleFault(
                    "RESET: the leader's connections are lost",
                    true,
                    simulation -> new ResetConnections(leader(simulation))),
            new PossibleFault(
                    "MOVE: the other broker leads", false, simulation -> new MoveLeader(PARTITION, other(simulation))),
            new PossibleFault(
                    "REFUSAL: the next batch is written, but not by enough replicas", false, simulation -> refusal()),
            new PossibleFault(
                    "SILENCE: nothing goes to or from the leader for a while",
                    true,
                    simulation -> new BlackHole(leader(simulation), SILENCE)));

    private final Patience patience;
    private final boolean mergesAlike;
    private RecordingProducer producer;
    private boolean isClosed;

    /** {@code mergesAlike}: whether moments are told apart by {@link Likeness}, and not by all that was seen before. */
    ThreeBatches(Patience patience, boolean mergesAlike) {
        this.patience = patience;
        this.mergesAlike = mergesAlike;
    }

    /** Without a look at every buffer: runs with faults are looked at so often elsewhere. */
    static Result withoutLeakDetection(Supplier<Result> exploration) {
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        try {
            return exploration.get();
        } finally {
            ResourceLeakDetector.setLevel(before);
        }
    }

    private static int leader(Simulation simulation) {
        return simulation.leader(PARTITION);
    }

    private static int other(Simulation simulation) {
        return BROKERS + 1 - leader(simulation);
    }

    private static SimulatedFault refusal() {
        return new RefusePartition("PRODUCE", PARTITION, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", 1);
    }

    /** Every way through it with at most so many faults. */
    static Scope scope(int faultsMax, boolean decidesEveryMessage) {
        return new Scope(BROKERS, FAULTS, faultsMax, decidesEveryMessage, TIME_MAX);
    }

    static int kindsOfFaults() {
        return FAULTS.size();
    }

    @Override
    public void prepare(Simulation simulation) {
        simulation.createTopic(PARTITION.topic(), 1, BROKERS);
        ClientOptions.Builder options =
                ClientOptions.builder().clientId("p0").ioThreads(1).requestTimeout(REQUEST_TIMEOUT);
        Producer<String, String> built = Producer.builder(simulation.client(options))
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .batchSize(BATCH_SIZE)
                .linger(Duration.ZERO)
                .deliveryTimeout(patience.deliveryTimeout)
                .build();
        producer = new RecordingProducer("p0", built, simulation.history(), TIME_MAX);
        // A leader that knows nothing of the producer gets one batch alone.
        call();
        if (!simulation.run(producer::hasEnded, TIME_MAX)) {
            throw new IllegalStateException("the first record was not acknowledged");
        }
    }

    @Override
    public int calls() {
        return BATCHES;
    }

    @Override
    public void call() {
        producer.send(PARTITION, RECORD_BYTES);
    }

    @Override
    public int unanswered() {
        return producer.unanswered();
    }

    @Override
    public String likeness(Simulation simulation) {
        return mergesAlike ? Likeness.of(simulation, producer.producer()) : "";
    }

    @Override
    public String judge(Simulation simulation) {
        isClosed = true;
        producer.close(TIME_MAX);
        simulation.history().add(new Settled());
        simulation.recordLogs();
        Verdict verdict = HistoryChecker.of(Invariant.ofIdempotentProducer()).check(simulation.history());
        if (!verdict.isGood()) {
            return verdict.toString();
        }
        return patience == Patience.SHORT ? "" : missing(simulation);
    }

    private static String missing(Simulation simulation) {
        long acknowledged = simulation.history().entries().stream()
                .filter(entry -> entry.event() instanceof SendAcked)
                .count();
        return acknowledged == BATCHES + 1 ? "" : "only " + acknowledged + " records were acknowledged";
    }

    @Override
    public void close() {
        if (!isClosed) {
            producer.close(Duration.ZERO);
        }
    }
}
