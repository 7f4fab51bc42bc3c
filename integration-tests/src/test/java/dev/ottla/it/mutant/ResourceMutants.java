package dev.ottla.it.mutant;

import dev.ottla.it.mutant.Mutant.Edit;
import dev.ottla.testkit.history.Invariant;
import java.util.List;
import java.util.stream.Stream;

/** What could be wrong in any client, and hurts the machine, the brokers or those who run it rather than the data. */
final class ResourceMutants {
    private static final String BATCH = "producer/internal/ProducerBatch";
    private static final String FAILURES = "producer/internal/ProducerFailures";
    private static final String FETCHER = "consumer/internal/fetch/BrokerFetcher";
    private static final String COORDINATOR_CALL = "producer/internal/txn/CoordinatorCall";
    private static final String CONNECTION = "internal/net/NettyConnection";
    private static final String METADATA = "internal/cluster/MetadataUpdater";
    private static final String RECONNECT = "internal/cluster/ReconnectPolicy";

    private ResourceMutants() {}

    static List<Mutant> all() {
        return Stream.of(ofMemory(), ofPatience(), ofDiscretion())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> ofMemory() {
        return List.of(
                new Mutant(
                        "a batch whose answer was lost keeps its memory",
                        "",
                        "produce",
                        Invariant.R1,
                        List.of(new Edit(
                                BATCH,
                                "        } else {\n            batch.release();\n        }",
                                "        } else if (!isInDoubt()) {\n            batch.release();\n        }"))),
                new Mutant(
                        "the connection stays open when a request has timed out",
                        "",
                        "produce",
                        Invariant.R1,
                        List.of(
                                new Edit(
                                        CONNECTION,
                                        "        channel.close();\n        for (",
                                        "        if (!(cause instanceof dev.ottla.errors.RequestTimeoutException)) {\n            channel.close();\n        }\n        for ("))));
    }

    private static List<Mutant> ofPatience() {
        return List.of(
                new Mutant(
                        "connects again without a pause",
                        "sarama #3557",
                        "produce",
                        Invariant.R2,
                        List.of(new Edit(RECONNECT, "return pause.delayNanos(failures);", "return 1_000_000;"))),
                new Mutant(
                        "asks for metadata again and again",
                        "librdkafka #4577",
                        "produce",
                        Invariant.R2,
                        List.of(
                                new Edit(
                                        METADATA,
                                        "long waitNanos = lastAnswerNanos + backoff.delayNanos(answersInARow) - loop.nanoTime();",
                                        "long waitNanos = 0;"),
                                new Edit(METADATA, "options.metadataMaxAge().toNanos()", "1_000_000"))),
                new Mutant(
                        "asks for records again at once when there are none",
                        "franz-go 1.4.2",
                        "read",
                        Invariant.R2,
                        List.of(new Edit(
                                FETCHER, ".maxWaitMs((int) options.fetchMaxWait().toMillis())", ".maxWaitMs(0)"))),
                new Mutant(
                        "waits on the event loop before it asks again",
                        "",
                        "transactions",
                        Invariant.R4,
                        List.of(
                                new Edit(
                                        COORDINATOR_CALL,
                                        "            loop.schedule(this::attempt, delayNanos);",
                                        "            try {\n                cluster.runtime().await(new CompletableFuture<Void>(), delayNanos);\n            } catch (Exception timeIsUp) {\n                attempt();\n            }"))));
    }

    private static List<Mutant> ofDiscretion() {
        return List.of(
                new Mutant(
                        "an error quotes the record",
                        "CVE-2026-33558",
                        "produce",
                        Invariant.R3,
                        List.of(
                                new Edit(
                                        FAILURES,
                                        "                \"The record was not acknowledged within delivery.timeout.ms (\" + timeout.toMillis() + \" ms); \" + where",
                                        "                \"The record was not acknowledged within delivery.timeout.ms (\" + timeout.toMillis() + \" ms); \" + where\n"
                                                + "                        + (batch.isSealed() ? batch.sealed().retainedBuffer().toString(java.nio.charset.StandardCharsets.ISO_8859_1) : \"\")"))));
    }
}
