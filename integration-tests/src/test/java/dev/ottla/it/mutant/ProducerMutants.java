package dev.ottla.it.mutant;

import dev.ottla.it.mutant.Mutant.Edit;
import dev.ottla.testkit.history.Invariant;
import java.util.List;
import java.util.stream.Stream;

/** What could be wrong in a producer, most of it seen in one. */
final class ProducerMutants {
    private static final String WINDOW = "producer/internal/SendWindow";
    private static final String SEQUENCE = "producer/internal/PartitionSequence";
    private static final String RESULTS = "producer/internal/AttemptResults";
    private static final String POLICY = "producer/internal/DeliveryPolicy";
    private static final String FAILURES = "producer/internal/ProducerFailures";
    private static final String ENCODER = "producer/internal/ProduceRequestEncoder";
    private static final String OPTIONS = "producer/internal/SendingOptions";

    private ProducerMutants() {}

    static List<Mutant> all() {
        return Stream.of(ofNumbers(), ofOutcomes()).flatMap(List::stream).toList();
    }

    private static List<Mutant> ofNumbers() {
        return List.of(
                produce(
                        "sequence reset after a timeout, in the same epoch",
                        "KAFKA-14397",
                        Invariant.I1,
                        new Edit(SEQUENCE, "(short) (broken.epoch() + 1), 0)", "broken.epoch(), 0)")),
                produce(
                        "new numbers while a batch may still be in the log",
                        "KAFKA-14397, librdkafka #4438",
                        Invariant.I4,
                        new Edit(
                                WINDOW,
                                "if (batch.stage() == Stage.TO_SEND_AGAIN && batch.isInDoubt()) {\n                return null;",
                                "if (batch.stage() == Stage.IN_FLIGHT) {\n                return null;")),
                produce(
                        "retry with another number",
                        "",
                        Invariant.I4,
                        new Edit(
                                WINDOW, "if (!batch.isStamped()) {", "if (batch.isStamped() || !batch.isStamped()) {")),
                produce(
                        "several in flight to a leader that knows nothing of the producer",
                        "KAFKA-8483",
                        Invariant.I5,
                        new Edit(WINDOW, "(isKnown ? batchesMax : 1)", "(isKnown ? batchesMax : batchesMax)")));
    }

    private static List<Mutant> ofOutcomes() {
        return List.of(
                produce(
                        "acknowledged when no answer came",
                        "",
                        Invariant.I1,
                        new Edit(
                                POLICY,
                                "return new Verdict.Retry(cause, true, isInDoubt);",
                                "return isInDoubt ? new Verdict.Acked(-1, -1) : new Verdict.Retry(cause, true, false);")),
                produce(
                        "a lost answer is forgotten, and a later failure called final",
                        "franz-go #1217",
                        Invariant.I2,
                        new Edit(
                                RESULTS,
                                "if (retry.isInDoubt()) {",
                                "if (retry.isInDoubt() && retry.cause() == null) {")),
                produce(
                        "a timeout in flight is called final",
                        "KAFKA-13574",
                        Invariant.I2,
                        new Edit(FAILURES, "batch.isInDoubt() || where.equals(IN_FLIGHT)", "batch.isInDoubt()")),
                produce(
                        "sends end as they are answered, not as they were sent",
                        "franz-go 1.20.2",
                        Invariant.I7,
                        new Edit(
                                WINDOW,
                                "} else if (!batch.isEnded()) {\n                break;",
                                "} else if (batches.isEmpty()) {\n                break;")),
                produce(
                        "a batch is given up in silence when its time is up",
                        "",
                        Invariant.I7,
                        new Edit(
                                WINDOW,
                                "                if (batch.stage() == Stage.TO_SEND_AGAIN) {\n                    drop(batch);\n                }\n                return batch;",
                                "                if (batch.stage() == Stage.TO_SEND_AGAIN) {\n                    drop(batch);\n                    return null;\n                }\n                return batch;")),
                produce(
                        "puts all batches of a request into its first partition",
                        "",
                        Invariant.I6,
                        new Edit(
                                ENCODER,
                                "fields.writeInt(batch.topicPartition().partition());",
                                "fields.writeInt(topic.attempts().get(0).batch().topicPartition().partition());")),
                new Mutant(
                        "several in flight without idempotence",
                        "sarama #2619",
                        "produce-plain",
                        Invariant.I5,
                        List.of(new Edit(
                                OPTIONS,
                                "new SendWindow(1, PartitionSequence.unnumbered())",
                                "new SendWindow(5, PartitionSequence.unnumbered())"))));
    }

    private static Mutant produce(String name, String seenIn, Invariant breaks, Edit... edits) {
        return new Mutant(name, seenIn, "produce", breaks, List.of(edits));
    }
}
