package dev.ottla.it.simulation;

import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.Acks;
import dev.ottla.config.ClientOptions;
import dev.ottla.it.simulation.Plan.Step;
import dev.ottla.it.simulation.Plan.Step.Send;
import dev.ottla.producer.Backpressure;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerBuilder;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.Invariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Producers send to a few partitions while brokers, leaders and connections come and go. */
final class ProduceScenario implements Scenario {
    static final String TOPIC = "orders";
    private static final int PARTITIONS = 2;
    private static final int BROKERS = 3;
    private static final Duration LOAD = Duration.ofSeconds(3);
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(6);
    private static final Duration LINGER_MAX = Duration.ofMillis(50);
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);

    private final boolean isIdempotent;

    ProduceScenario(boolean isIdempotent) {
        this.isIdempotent = isIdempotent;
    }

    @Override
    public String name() {
        return isIdempotent ? "produce" : "produce-plain";
    }

    @Override
    public Plan plan(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FaultDice dice = new FaultDice(
                random, BROKERS, partitions(TOPIC, PARTITIONS), List.of("PRODUCE", "PRODUCE", "PRODUCE", "METADATA"));
        return new Plan(seed, dice.draw(8, LOAD), sends(random, 1 + random.nextInt(2), PARTITIONS, 40, LOAD));
    }

    static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /** Sends in bursts, by time. */
    static List<Step> sends(SplittableRandom random, int producers, int partitions, int countMax, Duration within) {
        List<Step> sends = new ArrayList<>();
        int count = 5 + random.nextInt(countMax);
        long millis = 0;
        for (int i = 0; i < count; i++) {
            millis += random.nextInt(3) == 0 ? random.nextLong(1 + 3 * within.toMillis() / count) : 0;
            sends.add(new Send(
                    Duration.ofMillis(Math.min(millis, within.toMillis())),
                    random.nextInt(producers),
                    random.nextInt(partitions),
                    random.nextInt(4) == 0 ? random.nextInt(700) : 10));
        }
        return sends;
    }

    @Override
    public Outcome run(Plan plan, boolean recordsSteps) {
        try (Simulation simulation = new Simulation(plan.seed(), BROKERS, recordsSteps)) {
            simulation.createTopic(TOPIC, PARTITIONS, BROKERS);
            plan.faults().forEach(each -> simulation.after(each.at(), each.fault()));
            SplittableRandom random = new SplittableRandom(~plan.seed());
            List<RecordingProducer> producers = List.of(
                    producer(simulation, "p0", isIdempotent, random), producer(simulation, "p1", isIdempotent, random));
            schedule(simulation, plan, producers);
            simulation.run(() -> false, LOAD.plusSeconds(1));
            simulation.heal();
            simulation.run(
                    () -> producers.stream().allMatch(RecordingProducer::hasEnded), DELIVERY_TIMEOUT.plusSeconds(5));
            producers.forEach(producer -> producer.close(Duration.ofSeconds(5)));
            simulation.run(() -> false, REQUEST_TIMEOUT.multipliedBy(5));
            simulation.history().add(new Settled());
            simulation.recordLogs();
            simulation.closeClients();
            producers.forEach(RecordingProducer::recordMemory);
            return Outcome.of(simulation, isIdempotent ? Invariant.ofIdempotentProducer() : Invariant.ofProducer());
        }
    }

    static void schedule(Simulation simulation, Plan plan, List<RecordingProducer> producers) {
        schedule(simulation, plan, producers, number -> new TopicPartition(TOPIC, number));
    }

    /** As {@link #schedule(Simulation, Plan, List)}, to the partitions that the plan's numbers stand for. */
    static void schedule(
            Simulation simulation,
            Plan plan,
            List<RecordingProducer> producers,
            IntFunction<TopicPartition> partitions) {
        for (Send send : plan.steps(Send.class)) {
            simulation.application("p" + send.producer(), send.at(), () -> {
                producers.get(send.producer()).send(partitions.apply(send.partition()), send.bytes());
                return Optional.empty();
            });
        }
    }

    static RecordingProducer producer(
            Simulation simulation, String name, boolean isIdempotent, SplittableRandom random) {
        Duration deliveryTimeout = switch (random.nextInt(4)) {
            case 0 -> DELIVERY_TIMEOUT.dividedBy(4);
            // The time is up while the first attempt is under way.
            case 1 -> REQUEST_TIMEOUT.plus(LINGER_MAX);
            default -> DELIVERY_TIMEOUT;
        };
        ProducerBuilder<String, String> builder = Producer.builder(simulation.client(
                        ClientOptions.builder().clientId(name).ioThreads(2).requestTimeout(REQUEST_TIMEOUT)))
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .acks(Acks.ALL)
                .batchSize(ByteSize.bytes(200L + random.nextInt(1_000)))
                .maxInFlight(1 + random.nextInt(5))
                .maxBlock(deliveryTimeout)
                .backpressure(Backpressure.suspend())
                .idempotence(isIdempotent)
                .deliveryTimeout(deliveryTimeout);
        if (random.nextBoolean()) {
            builder.linger(Duration.ofMillis(random.nextLong(LINGER_MAX.toMillis())));
        }
        return new RecordingProducer(name, builder.build(), simulation.history(), deliveryTimeout.multipliedBy(2));
    }
}
