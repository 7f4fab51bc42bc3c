package dev.ottla.it.conformance;

import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import dev.ottla.internal.protocol.message.DeleteRecordsRequest;
import dev.ottla.internal.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import dev.ottla.internal.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import dev.ottla.internal.protocol.message.FetchRequest.ForgottenTopic;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import dev.ottla.internal.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import dev.ottla.internal.protocol.message.OffsetForLeaderEpochRequest;
import dev.ottla.internal.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import dev.ottla.internal.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import dev.ottla.internal.record.ProducerStamp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.UUID;

/** Produce, Fetch, ListOffsets, OffsetForLeaderEpoch, DeleteRecords. */
final class LogScripts {
    private static final long NOON = 1_750_000_000_000L;

    private LogScripts() {}

    static void produce(Scene scene) {
        scene.begin("produce");
        UUID topic = Requests.topic(scene, "conformance-produce", 1);
        scene.ask("acks all", Requests.produce(topic, -1, plain("a", "b")));
        scene.ask("acks 1", Requests.produce(topic, 1, plain("c")));
        scene.ask("acks 2", Requests.produce(topic, 2, plain("d")));
        scene.ask("unknown topic id", Requests.produce(new UUID(7, 7), -1, plain("e")));
        scene.ask("unknown topic", Requests.produceByName(null, "nowhere", plain("e")), 12);
        scene.ask("by name", Requests.produceByName(null, "conformance-produce", plain("e")), 12);
        scene.ask("oldest version", Requests.produceByName(null, "conformance-produce", plain("e")), 3);
        scene.ask("empty records", Requests.produce(topic, -1, Unpooled.EMPTY_BUFFER));
        ByteBuf flipped = plain("f");
        flipped.setByte(flipped.writerIndex() - 1, flipped.getByte(flipped.writerIndex() - 1) ^ 1);
        scene.ask("wrong CRC", Requests.produce(topic, -1, flipped));
        scene.ask("two batches", Requests.produce(topic, -1, Unpooled.wrappedBuffer(plain("g"), plain("h"))));
        ByteBuf old = plain("i");
        old.setByte(16, 1);
        scene.ask("old magic", Requests.produce(topic, -1, old));
        ByteBuf cut = plain("j");
        scene.ask("a part of a batch", Requests.produce(topic, -1, cut.slice(0, cut.readableBytes() - 3)));

        UUID compacted = Requests.topic(
                scene, "conformance-compacted", 1, new CreatableTopicConfig("cleanup.policy", "compact"));
        scene.ask("no key in a compacted topic", Requests.produce(compacted, -1, plain("k")));
        UUID small =
                Requests.topic(scene, "conformance-small", 1, new CreatableTopicConfig("max.message.bytes", "100"));
        scene.ask("too large", Requests.produce(small, -1, plain("l".repeat(200))));
        UUID broker = Requests.topic(
                scene, "conformance-stamped", 1, new CreatableTopicConfig("message.timestamp.type", "LogAppendTime"));
        scene.ask("log append time", Requests.produce(broker, -1, plain("m")));
        UUID strict = Requests.topic(
                scene, "conformance-strict", 1, new CreatableTopicConfig("message.timestamp.before.max.ms", "1000"));
        scene.ask("old timestamp", Requests.produce(strict, -1, plain("n")));
        UUID two = Requests.topic(
                scene, "conformance-two-replicas-wanted", 1, new CreatableTopicConfig("min.insync.replicas", "2"));
        scene.ask("too few replicas", Requests.produce(two, -1, plain("o")));
        scene.ask("too few replicas, acks 1", Requests.produce(two, 1, plain("o")));
    }

    static void idempotence(Scene scene) {
        scene.begin("idempotence");
        UUID topic = Requests.topic(scene, "conformance-idempotence", 1);
        scene.ask("first", Requests.produce(topic, -1, stamped(1000, 0, 0, "a", "b")));
        scene.ask("again", Requests.produce(topic, -1, stamped(1000, 0, 0, "a", "b")));
        scene.ask("gap", Requests.produce(topic, -1, stamped(1000, 0, 3, "c")));
        scene.ask("next", Requests.produce(topic, -1, stamped(1000, 0, 2, "c")));
        for (int sequence = 3; sequence < 8; sequence++) {
            scene.quietly(Requests.produce(topic, -1, stamped(1000, 0, sequence, "d")));
        }
        scene.ask("older than five batches", Requests.produce(topic, -1, stamped(1000, 0, 2, "c")));
        scene.ask("the oldest of five batches", Requests.produce(topic, -1, stamped(1000, 0, 3, "d")));
        scene.ask("next epoch, wrong sequence", Requests.produce(topic, -1, stamped(1000, 1, 8, "e")));
        scene.ask("next epoch", Requests.produce(topic, -1, stamped(1000, 1, 0, "e")));
        scene.ask("former epoch", Requests.produce(topic, -1, stamped(1000, 0, 8, "e")));
        scene.ask("unknown producer, any sequence", Requests.produce(topic, -1, stamped(2000, 0, 17, "f")));
        scene.ask("no sequence", Requests.produce(topic, -1, stamped(2000, 0, -1, "f")));
        scene.ask("the largest sequence", Requests.produce(topic, -1, stamped(3000, 0, Integer.MAX_VALUE, "g")));
        scene.ask("after the largest sequence", Requests.produce(topic, -1, stamped(3000, 0, 0, "h")));
    }

    static void fetch(Scene scene) {
        scene.begin("fetch");
        UUID topic = Requests.topic(scene, "conformance-fetch", 2);
        scene.quietly(Requests.produce(topic, -1, plain("a", "b")));
        scene.quietly(Requests.produce(topic, -1, plain("c")));
        int all = 1 << 20;
        fetch(scene, "from the start", topic, 0, 0, -1, all);
        fetch(scene, "within a batch", topic, 0, 1, -1, all);
        fetch(scene, "at the end", topic, 0, 3, -1, all);
        fetch(scene, "beyond the end", topic, 0, 4, -1, all);
        fetch(scene, "before the start", topic, 0, -5, -1, all);
        fetch(scene, "too few bytes for a batch", topic, 0, 0, -1, 10);
        fetch(scene, "current epoch", topic, 0, 0, 0, all);
        fetch(scene, "future epoch", topic, 0, 0, 5, all);
        fetch(scene, "unknown partition", topic, 9, 0, -1, all);
        fetch(scene, "unknown topic id", new UUID(7, 7), 0, 0, -1, all);

        int session = scene.ask(
                        "begin a session",
                        Requests.fetch(0, 0, Requests.READ_UNCOMMITTED, Requests.wish(topic, 0, 3, -1, all))
                                .build())
                .sessionId();
        scene.ask(
                "nothing new",
                Requests.fetch(session, 1, Requests.READ_UNCOMMITTED).build());
        scene.quietly(Requests.produce(topic, -1, plain("d")));
        scene.ask(
                "something new",
                Requests.fetch(session, 2, Requests.READ_UNCOMMITTED).build());
        scene.ask(
                "another partition",
                Requests.fetch(session, 3, Requests.READ_UNCOMMITTED, Requests.wish(topic, 1, 0, -1, all))
                        .build());
        scene.ask(
                "one partition less",
                Requests.fetch(session, 4, Requests.READ_UNCOMMITTED)
                        .forgottenTopicsData(List.of(new ForgottenTopic("", topic, Ints.of(0))))
                        .build());
        scene.ask(
                "wrong session epoch",
                Requests.fetch(session, 9, Requests.READ_UNCOMMITTED).build());
        scene.ask(
                "end the session",
                Requests.fetch(session, -1, Requests.READ_UNCOMMITTED).build());
        scene.ask(
                "unknown session",
                Requests.fetch(session, 5, Requests.READ_UNCOMMITTED).build());
    }

    private static void fetch(
            Scene scene, String step, UUID topic, int partition, long offset, int epoch, int maxBytes) {
        scene.ask(
                step,
                Requests.fetch(
                                0,
                                -1,
                                Requests.READ_UNCOMMITTED,
                                Requests.wish(topic, partition, offset, epoch, maxBytes))
                        .build());
    }

    static void offsets(Scene scene) {
        scene.begin("offsets");
        UUID topic = Requests.topic(scene, "conformance-offsets", 1);
        listOffsets(scene, "end of an empty log", "conformance-offsets", -1, -1);
        listOffsets(scene, "largest timestamp of an empty log", "conformance-offsets", -3, -1);
        scene.quietly(Requests.produce(topic, -1, Requests.batch(ProducerStamp.NONE, NOON, null, "a", "b")));
        scene.quietly(Requests.produce(topic, -1, Requests.batch(ProducerStamp.NONE, NOON + 500, null, "c")));
        scene.quietly(Requests.produce(topic, -1, Requests.batch(ProducerStamp.NONE, NOON + 100, null, "d")));
        listOffsets(scene, "start", "conformance-offsets", -2, -1);
        listOffsets(scene, "end", "conformance-offsets", -1, -1);
        listOffsets(scene, "largest timestamp", "conformance-offsets", -3, -1);
        listOffsets(scene, "local start", "conformance-offsets", -4, -1);
        listOffsets(scene, "from a time", "conformance-offsets", NOON + 1, -1);
        listOffsets(scene, "after all", "conformance-offsets", NOON + 1000, -1);
        listOffsets(scene, "current epoch", "conformance-offsets", -1, 0);
        listOffsets(scene, "future epoch", "conformance-offsets", -1, 3);
        listOffsets(scene, "unknown topic", "nowhere", -1, -1);
        epochEnd(scene, "current leader epoch", "conformance-offsets", -1, 0);
        epochEnd(scene, "future leader epoch", "conformance-offsets", -1, 4);
        epochEnd(scene, "checked with a future epoch", "conformance-offsets", 4, 0);
        epochEnd(scene, "epochs of an unknown topic", "nowhere", -1, 0);

        deleteRecords(scene, "delete some", "conformance-offsets", 2);
        listOffsets(scene, "start after deletion", "conformance-offsets", -2, -1);
        fetch(scene, "read what was deleted", topic, 0, 1, -1, 1 << 20);
        deleteRecords(scene, "delete beyond the end", "conformance-offsets", 99);
        deleteRecords(scene, "delete all", "conformance-offsets", -1);
        deleteRecords(scene, "delete in an unknown topic", "nowhere", 1);
        listOffsets(scene, "start of what was emptied", "conformance-offsets", -2, -1);
    }

    private static void listOffsets(Scene scene, String step, String topic, long timestamp, int epoch) {
        scene.ask(
                step,
                new ListOffsetsRequest(
                        -1,
                        Requests.READ_UNCOMMITTED,
                        List.of(new ListOffsetsTopic(topic, List.of(new ListOffsetsPartition(0, epoch, timestamp)))),
                        10_000));
    }

    private static void epochEnd(Scene scene, String step, String topic, int current, int asked) {
        scene.ask(
                step,
                new OffsetForLeaderEpochRequest(
                        -1,
                        List.of(new OffsetForLeaderTopic(
                                topic, List.of(new OffsetForLeaderPartition(0, current, asked))))));
    }

    private static void deleteRecords(Scene scene, String step, String topic, long offset) {
        scene.ask(
                step,
                new DeleteRecordsRequest(
                        List.of(new DeleteRecordsTopic(topic, List.of(new DeleteRecordsPartition(0, offset)))),
                        10_000));
    }

    private static ByteBuf plain(String... values) {
        return Requests.batch(ProducerStamp.NONE, NOON, null, values);
    }

    private static ByteBuf stamped(long producerId, int epoch, int sequence, String... values) {
        return Requests.batch(new ProducerStamp(producerId, (short) epoch, sequence, false), NOON, null, values);
    }
}
