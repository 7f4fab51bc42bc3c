package dev.ottla.it.conformance;

import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.AddOffsetsToTxnRequest;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest;
import dev.ottla.internal.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import dev.ottla.internal.protocol.message.DescribeTransactionsRequest;
import dev.ottla.internal.protocol.message.EndTxnRequest;
import dev.ottla.internal.protocol.message.EndTxnResponse;
import dev.ottla.internal.protocol.message.InitProducerIdRequest;
import dev.ottla.internal.protocol.message.InitProducerIdResponse;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import dev.ottla.internal.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import dev.ottla.internal.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import dev.ottla.internal.record.ProducerStamp;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Transactions in the protocol before KIP-890, and in that of it. */
final class TransactionScripts {
    private static final String GROUP = "conformance-transactional-group";

    private TransactionScripts() {}

    static void init(Scene scene) {
        scene.begin("init producer id");
        String id = "conformance-init";
        Requests.transactionCoordinator(scene, id);
        scene.ask("idempotent", init(null, 60_000, -1, -1));
        scene.ask("no timeout", init(id, 0, -1, -1));
        scene.ask("too long a timeout", init(id, 900_001, -1, -1));
        scene.ask("empty id", init("", 60_000, -1, -1));
        InitProducerIdResponse first = scene.ask("first", init(id, 60_000, -1, -1));
        scene.ask("second", init(id, 60_000, -1, -1));
        scene.ask("with the current epoch", init(id, 60_000, first.producerId(), 1));
        scene.ask("the same again", init(id, 60_000, first.producerId(), 1));
        scene.ask("with a former epoch", init(id, 60_000, first.producerId(), 0));
        scene.ask("with a former epoch, old version", init(id, 60_000, first.producerId(), 0), 3);
        scene.ask("with another producer id", init(id, 60_000, first.producerId() + 1_000_000, 2));
        scene.ask("with an epoch alone", init(id, 60_000, -1, 2));
        scene.ask("describe", new DescribeTransactionsRequest(List.of(id)));
        scene.ask("describe what is not there", new DescribeTransactionsRequest(List.of("conformance-nobody")));
    }

    /** Everything is named before it is used, and the epoch stays. */
    static void named(Scene scene) {
        scene.begin("transactions");
        String id = "conformance-named";
        Requests.transactionCoordinator(scene, id);
        Requests.groupCoordinator(scene, GROUP);
        Requests.topic(scene, "conformance-named", 2);
        long producer = scene.quietly(init(id, 60_000, -1, -1)).producerId();
        scene.ask("commit nothing", end(id, producer, 0, true), 4);
        scene.ask("abort nothing", end(id, producer, 0, false), 4);
        produce(scene, "write without naming, v10", id, "conformance-named", 10, batch(producer, 0, 0, "a"));
        produce(scene, "write without naming, v11", id, "conformance-named", 11, batch(producer, 0, 0, "a"));
        scene.ask("name an unknown topic", add(id, producer, 0, "nowhere"), 3);
        scene.ask("name with a wrong epoch", add(id, producer, 5, "conformance-named"), 3);
        scene.ask("name with a wrong epoch, old version", add(id, producer, 5, "conformance-named"), 1);
        scene.ask("name with a wrong producer id", add(id, producer + 1_000_000, 0, "conformance-named"), 3);
        scene.ask("name for an unknown id", add("conformance-nobody", producer, 0, "conformance-named"), 3);
        scene.ask("name", add(id, producer, 0, "conformance-named"), 3);
        scene.ask("name again", add(id, producer, 0, "conformance-named"), 3);
        produce(scene, "write", id, "conformance-named", 11, batch(producer, 0, 0, "a", "b"));
        scene.ask("describe while open", new DescribeTransactionsRequest(List.of(id)));
        commitOffset(scene, "commit an offset without naming the group, v3", id, producer, 0, 3, "conformance-named");
        commitOffset(scene, "commit an offset without naming the group, v4", id, producer, 0, 4, "conformance-named");
        scene.ask("name the group", new AddOffsetsToTxnRequest(id, producer, (short) 0, GROUP));
        commitOffset(scene, "commit an offset", id, producer, 0, 4, "conformance-named");
        commitOffset(scene, "commit an offset of an unknown topic", id, producer, 0, 4, "nowhere");
        offset(scene, "read the offset", false);
        offset(scene, "read the offset, only if stable", true);
        scene.ask("commit with a wrong epoch", end(id, producer, 3, true), 4);
        scene.ask("commit with a wrong epoch, old version", end(id, producer, 3, true), 1);
        scene.ask("commit", end(id, producer, 0, true), 4);
        settle(scene, id);
        scene.ask("commit again", end(id, producer, 0, true), 4);
        scene.ask("abort what is committed", end(id, producer, 0, false), 4);
        offset(scene, "read the offset afterwards", true);

        scene.ask("name for the next one", add(id, producer, 0, "conformance-named"), 3);
        produce(scene, "write what will be aborted", id, "conformance-named", 11, batch(producer, 0, 2, "c"));
        scene.ask("start another producer", init(id, 60_000, -1, -1));
        settle(scene, id);
        scene.ask("start it again", init(id, 60_000, -1, -1));
        produce(scene, "write as the fenced one", id, "conformance-named", 11, batch(producer, 0, 3, "d"));
        scene.ask("commit as the fenced one", end(id, producer, 0, true), 4);
        read(scene, "read all", "conformance-named", Requests.READ_UNCOMMITTED);
        read(scene, "read what is committed", "conformance-named", Requests.READ_COMMITTED);
    }

    /** What is used is named by its use, and every transaction has an epoch. */
    static void bumping(Scene scene) {
        scene.begin("transactions of KIP-890");
        String id = "conformance-bumping";
        Requests.transactionCoordinator(scene, id);
        Requests.groupCoordinator(scene, GROUP);
        UUID topic = Requests.topic(scene, "conformance-bumping", 1);
        long producer = scene.quietly(init(id, 60_000, -1, -1)).producerId();
        scene.ask("commit nothing", end(id, producer, 0, true));
        int epoch = scene.ask("abort nothing", end(id, producer, 0, false)).producerEpoch();
        settle(scene, id);
        scene.ask("abort nothing again", end(id, producer, 0, false));
        scene.ask("write", Requests.produce(id, topic, -1, batch(producer, epoch, 0, "a")));
        scene.ask("write without an id", Requests.produce(null, topic, -1, batch(producer, epoch, 1, "a")));
        commitOffset(scene, "commit an offset", id, producer, epoch, 5, "conformance-bumping");
        scene.ask("describe while open", new DescribeTransactionsRequest(List.of(id)));
        read(scene, "read while open", "conformance-bumping", Requests.READ_COMMITTED);
        EndTxnResponse committed = scene.ask("commit", end(id, producer, epoch, true));
        settle(scene, id);
        scene.ask("commit again", end(id, producer, epoch, true));
        scene.ask("abort what is committed", end(id, producer, epoch, false));
        scene.ask("write with the former epoch", Requests.produce(id, topic, -1, batch(producer, epoch, 1, "b")));
        int next = committed.producerEpoch();
        scene.ask("write with the next epoch", Requests.produce(id, topic, -1, batch(producer, next, 0, "b")));
        scene.ask("abort", end(id, producer, next, false));
        settle(scene, id);
        scene.ask("abort again", end(id, producer, next, false));
        scene.ask("commit what is aborted", end(id, producer, next, true));
        scene.ask("commit nothing after it", end(id, producer, next + 1, true));
        scene.ask("abort for an unknown id", end("conformance-nobody", producer, next, false));
        scene.ask("describe", new DescribeTransactionsRequest(List.of(id)));
        read(scene, "read all", "conformance-bumping", Requests.READ_UNCOMMITTED);
        read(scene, "read what is committed", "conformance-bumping", Requests.READ_COMMITTED);
    }

    private static InitProducerIdRequest init(@Nullable String id, int timeoutMs, long producerId, int epoch) {
        return InitProducerIdRequest.builder()
                .transactionalId(id)
                .transactionTimeoutMs(timeoutMs)
                .producerId(producerId)
                .producerEpoch((short) epoch)
                .build();
    }

    private static AddPartitionsToTxnRequest add(String id, long producer, int epoch, String topic) {
        return AddPartitionsToTxnRequest.builder()
                .v3AndBelowTransactionalId(id)
                .v3AndBelowProducerId(producer)
                .v3AndBelowProducerEpoch((short) epoch)
                .v3AndBelowTopics(List.of(new AddPartitionsToTxnTopic(topic, Ints.of(0))))
                .build();
    }

    private static EndTxnRequest end(String id, long producer, int epoch, boolean isCommit) {
        return new EndTxnRequest(id, producer, (short) epoch, isCommit);
    }

    private static void produce(Scene scene, String step, String id, String topic, int version, ByteBuf records) {
        scene.ask(step, Requests.produceByName(id, topic, records), version);
    }

    private static void commitOffset(
            Scene scene, String step, String id, long producer, int epoch, int version, String topic) {
        TxnOffsetCommitRequest request = TxnOffsetCommitRequest.builder()
                .transactionalId(id)
                .groupId(GROUP)
                .producerId(producer)
                .producerEpoch((short) epoch)
                .generationId(-1)
                .memberId("")
                .topics(List.of(new TxnOffsetCommitRequestTopic(
                        topic, List.of(new TxnOffsetCommitRequestPartition(0, 11, -1, "here")))))
                .build();
        scene.ask(step, request, version);
    }

    private static void offset(Scene scene, String step, boolean requireStable) {
        OffsetFetchRequestGroup group = new OffsetFetchRequestGroup(
                GROUP,
                null,
                -1,
                List.of(new OffsetFetchRequestTopics("conformance-named", Wire.ZERO_UUID, Ints.of(0))));
        scene.ask(step, new OffsetFetchRequest("", List.of(), List.of(group), requireStable), 9);
    }

    private static void read(Scene scene, String step, String topic, byte isolationLevel) {
        UUID id = Requests.topic(scene, topic, 1);
        scene.ask(
                step,
                Requests.fetch(0, -1, isolationLevel, Requests.wish(id, 0, 0, -1, 1 << 20))
                        .build());
    }

    /** Waits until the markers are written. */
    private static void settle(Scene scene, String id) {
        scene.until(
                new DescribeTransactionsRequest(List.of(id)),
                answer -> answer.transactionStates().get(0).transactionState().startsWith("Complete"));
    }

    private static ByteBuf batch(long producer, int epoch, int sequence, String... values) {
        return Requests.batch(
                new ProducerStamp(producer, (short) epoch, sequence, true), System.currentTimeMillis(), null, values);
    }
}
