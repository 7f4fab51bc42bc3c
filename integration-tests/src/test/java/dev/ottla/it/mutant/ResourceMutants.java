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
    private static final String SEALED = "internal/record/SealedBatch";
    private static final String WALK = "consumer/internal/delivery/RecordWalk";
    private static final String FETCHED = "consumer/internal/delivery/FetchedBatches";
    private static final String FREED = "internal/protocol/FreedMemory";

    /** Leaves memory that is given back as it was, as it is without assertions. */
    static final List<Edit> SPARES_FREED_MEMORY = List.of(
            new Edit(FREED, "memory.put(index, FILL, 0, Math.min(FILL.length, memory.limit() - index));", ""),
            new Edit(FREED, "buffer.setBytes(index, FILL, 0, Math.min(FILL.length, bytes - index));", ""));

    private ResourceMutants() {}

    static List<Mutant> all() {
        return Stream.of(ofMemory(), ofFreedMemory(), ofPatience(), ofDiscretion())
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

    /** What reads memory that it has given back, past Netty's counts of references. */
    static List<Mutant> ofFreedMemory() {
        return List.of(
                new Mutant(
                        "gives a batch's memory back when an attempt has failed, and sends it again",
                        "CVE-2026-35554",
                        "produce",
                        Invariant.R5,
                        List.of(
                                new Edit(
                                        BATCH,
                                        "    void sendAgain() {\n        stage = Stage.TO_SEND_AGAIN;\n",
                                        "    private boolean isGivenBack;\n\n    void sendAgain() {\n        stage = Stage.TO_SEND_AGAIN;\n        if (!isGivenBack) {\n            isGivenBack = true;\n            sealed().release();\n        }\n"),
                                new Edit(
                                        BATCH,
                                        "        } else {\n            batch.release();\n        }",
                                        "        } else if (!isGivenBack) {\n            batch.release();\n        }"),
                                new Edit(
                                        SEALED,
                                        "out.writeBytes(segment.buffer(), 0, sizeBytes);",
                                        "out.writeBytes(segment.memory().duplicate().position(0).limit(sizeBytes));"))),
                new Mutant(
                        "gives an answer's memory back before its last record is deserialized",
                        "",
                        "read",
                        Invariant.C1,
                        List.of(
                                new Edit(
                                        WALK,
                                        "            if (open.offset() >= position) {\n                return open;",
                                        "            if (open.offset() >= position) {\n                if (batches.remainingBytes() == 0 && open.offset() == batches.header().lastOffset()) {\n                    records = null;\n                    fetched.close();\n                }\n                return open;"),
                                new Edit(
                                        FETCHED,
                                        "    public void close() {\n        lease.release();",
                                        "    public void close() {\n        if (isClosed) {\n            return;\n        }\n        isClosed = true;\n        lease.release();"),
                                new Edit(
                                        FETCHED,
                                        "    private final FrameLease lease;\n",
                                        "    private final FrameLease lease;\n    private boolean isClosed;\n"))));
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
