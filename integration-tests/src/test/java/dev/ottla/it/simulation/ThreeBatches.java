package dev.ottla.it.simulation;

import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.Exploration;
import dev.ottla.testkit.Exploration.PossibleFault;
import dev.ottla.testkit.Exploration.Scope;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent.SendAcked;
import dev.ottla.testkit.history.HistoryEvent.SendRejected;
import dev.ottla.testkit.history.HistoryEvent.SendUnknown;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    private final boolean mergesMoments;
    private final Consequences.@Nullable Way way;
    private RecordingProducer producer;

    /** The moment that was asked for and not decided on yet; empty if there is none. */
    private String undecided = "";

    private boolean isClosed;

    /** {@code mergesMoments}: whether moments are told apart by {@link Moment}, and not by all that was seen before. */
    ThreeBatches(Patience patience, boolean mergesMoments) {
        this(patience, mergesMoments, null);
    }

    private ThreeBatches(Patience patience, boolean mergesMoments, Consequences.@Nullable Way way) {
        this.patience = patience;
        this.mergesMoments = mergesMoments;
        this.way = way;
    }

    /** The same; its moments, as {@link Moment} tells them, and what comes of them are noted. */
    static ThreeBatches noting(Consequences consequences, Patience patience, boolean mergesMoments) {
        return new ThreeBatches(patience, mergesMoments, consequences.new Way());
    }

    /** Without a look at every buffer: runs with faults are looked at so often elsewhere. */
    static <T> T withoutLeakDetection(Supplier<T> exploration) {
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
    public String moment(Simulation simulation) {
        if (!mergesMoments && way == null) {
            return "";
        }
        undecided = now(simulation);
        if (way != null) {
            way.onMoment(undecided);
        }
        return mergesMoments ? undecided : "";
    }

    private String now(Simulation simulation) {
        return Moment.of(simulation, producer.producer(), outcomes(simulation));
    }

    /** What the application was told so far: promises are about that. */
    private static List<String> outcomes(Simulation simulation) {
        List<String> outcomes = new ArrayList<>();
        for (History.Entry entry : simulation.history().entries()) {
            if (entry.event() instanceof SendAcked acked) {
                outcomes.add(acked.recordName() + " at " + acked.offset());
            } else if (entry.event() instanceof SendRejected rejected) {
                outcomes.add(rejected.recordName() + " rejected");
            } else if (entry.event() instanceof SendUnknown unknown) {
                outcomes.add(unknown.recordName() + " unknown");
            }
        }
        return outcomes;
    }

    @Override
    public void onDecision(Simulation simulation, String step) {
        if (way != null) {
            way.onDecision(undecided.isEmpty() ? now(simulation) : undecided, step);
            undecided = "";
        }
    }

    @Override
    public String judge(Simulation simulation) {
        if (simulation.elapsed().compareTo(Moment.RUN_MAX) > 0) {
            return "the run took longer than moments are told apart for: " + simulation.elapsed();
        }
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
