package dev.ottla.it.simulation;

import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.StartAt;
import dev.ottla.it.simulation.Plan.Step;
import dev.ottla.it.simulation.Plan.Step.Pause;
import dev.ottla.it.simulation.Plan.Step.Seek;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent.Assigned;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.Invariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/** A reader of assigned partitions seeks and pauses while producers write and the cluster is in trouble. */
final class ReadScenario implements Scenario {
    private static final int PARTITIONS = 2;
    private static final int BROKERS = 3;
    private static final Duration LOAD = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "read";
    }

    @Override
    public Plan plan(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FaultDice dice = new FaultDice(
                random,
                BROKERS,
                ProduceScenario.partitions(ProduceScenario.TOPIC, PARTITIONS),
                List.of("FETCH", "FETCH", "FETCH", "LIST_OFFSETS", "METADATA"));
        List<Step> steps = new ArrayList<>(ProduceScenario.sends(random, 1, PARTITIONS, 40, LOAD));
        for (int i = random.nextInt(5); i > 0; i--) {
            Duration at = FaultDice.moment(random, LOAD);
            int partition = random.nextInt(PARTITIONS);
            if (random.nextBoolean()) {
                steps.add(new Seek(at, partition, random.nextDouble()));
                // The second finds the reader at work on what the first went back to.
                steps.add(new Seek(at.plusMillis(random.nextLong(40)), partition, random.nextDouble()));
            } else {
                steps.add(new Pause(at, partition, Duration.ofMillis(random.nextLong(500))));
            }
        }
        return new Plan(seed, dice.draw(8, LOAD), steps);
    }

    @Override
    public Outcome run(Plan plan, boolean recordsSteps) {
        try (Simulation simulation = new Simulation(plan.seed(), BROKERS, recordsSteps)) {
            simulation.createTopic(ProduceScenario.TOPIC, PARTITIONS, BROKERS);
            plan.faults().forEach(each -> simulation.after(each.at(), each.fault()));
            SplittableRandom random = new SplittableRandom(~plan.seed());
            RecordingProducer producer = ProduceScenario.producer(simulation, "p0", true, random);
            RecordingReader reader = reader(
                    simulation,
                    ProduceScenario.partitions(ProduceScenario.TOPIC, PARTITIONS),
                    IsolationLevel.READ_UNCOMMITTED,
                    random);
            ProduceScenario.schedule(simulation, plan, List.of(producer));
            schedule(simulation, plan, reader);
            simulation.run(() -> false, LOAD.plusSeconds(1));
            simulation.heal();
            simulation.run(producer::hasEnded, Duration.ofSeconds(15));
            producer.close(Duration.ofSeconds(5));
            simulation.run(() -> reader.isAtEnd(simulation), Duration.ofSeconds(12));
            reader.close();
            simulation.recordLogs();
            simulation.history().add(new Settled());
            simulation.closeClients();
            producer.recordMemory();
            Set<Invariant> promised = Invariant.ofReader();
            promised.add(Invariant.C9);
            promised.addAll(Invariant.ofIdempotentProducer());
            return Outcome.of(simulation, promised);
        }
    }

    static RecordingReader reader(
            Simulation simulation, List<TopicPartition> partitions, IsolationLevel isolation, SplittableRandom random) {
        Consumer<String, String> consumer = Consumer.builder(simulation.client(ClientOptions.builder()
                        .clientId("reader")
                        .ioThreads(2)
                        .requestTimeout(ProduceScenario.REQUEST_TIMEOUT)))
                .assign(partitions)
                .startAt(StartAt.earliest())
                .isolationLevel(isolation)
                .keyDeserializer(Deserializers.utf8())
                .valueDeserializer(Deserializers.utf8())
                .maxPollRecords(1 + random.nextInt(20))
                .fetchMaxBytes(ByteSize.bytes(200L + random.nextInt(5_000)))
                .maxPartitionFetchBytes(ByteSize.bytes(200L + random.nextInt(2_000)))
                .fetchMaxWait(Duration.ofMillis(300))
                .build();
        simulation.history().add(new Assigned("reader", "reader", Set.copyOf(partitions)));
        RecordingReader reader = new RecordingReader("reader", consumer, simulation.history());
        Duration pause = Duration.ofMillis(1 + random.nextInt(20));
        simulation.application("reader", () -> {
            if (reader.isClosed()) {
                return Optional.empty();
            }
            reader.poll();
            return Optional.of(pause);
        });
        return reader;
    }

    private static void schedule(Simulation simulation, Plan plan, RecordingReader reader) {
        for (Seek seek : plan.steps(Seek.class)) {
            simulation.application("reader", seek.at(), () -> {
                reader.seekBack(new TopicPartition(ProduceScenario.TOPIC, seek.partition()), seek.where());
                return Optional.empty();
            });
        }
        for (Pause pause : plan.steps(Pause.class)) {
            TopicPartition partition = new TopicPartition(ProduceScenario.TOPIC, pause.partition());
            AtomicBoolean isPaused = new AtomicBoolean();
            simulation.application("reader", pause.at(), () -> {
                if (isPaused.compareAndSet(false, true)) {
                    reader.pause(partition);
                    return Optional.of(pause.duration());
                }
                reader.resume(partition);
                return Optional.empty();
            });
        }
    }
}
