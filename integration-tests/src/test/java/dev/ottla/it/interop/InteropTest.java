package dev.ottla.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.FileRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ottla and other clients read what the other wrote, whole and in order. */
@Tag("jdk")
@RealKafkaTest
class InteropTest {
    private static final int RECORDS = 10_000;

    private static final Peer OTTLA = new OttlaPeer();
    private static final Peer KAFKA_CLIENTS = new KafkaClientsPeer();
    private static final Peer KCAT = new KcatPeer();

    private final RealKafka kafka;

    InteropTest(RealKafka kafka) {
        this.kafka = kafka;
    }

    static Stream<Arguments> writersReadersCodecs() {
        return Stream.of("none", "gzip", "snappy", "lz4", "zstd")
                .flatMap(codec -> Stream.of(
                        Arguments.of(OTTLA, OTTLA, codec),
                        Arguments.of(OTTLA, KAFKA_CLIENTS, codec),
                        Arguments.of(OTTLA, KCAT, codec),
                        Arguments.of(KAFKA_CLIENTS, OTTLA, codec),
                        Arguments.of(KCAT, OTTLA, codec)));
    }

    @ParameterizedTest(name = "{0} -> {1}, {2}")
    @MethodSource("writersReadersCodecs")
    void should_read_what_the_other_wrote(Peer writer, Peer reader, String codec) throws IOException {
        writer.assumeInstalled();
        reader.assumeInstalled();
        // given
        Topic topic = Topic.create(kafka.bootstrapServers(), Message.PARTITIONS);
        List<Message> messages = Message.mixed(RECORDS);

        // when
        long startMillis = System.currentTimeMillis();
        writer.write(topic, codec, messages);
        long endMillis = System.currentTimeMillis();
        List<Message> found = reader.read(topic);

        // then
        if (writer.setsTimestamps()) {
            assertSame(found, messages);
        } else {
            assertThat(found).extracting(Message::timestamp).allMatch(at -> at >= startMillis && at <= endMillis);
            assertSame(
                    found.stream().map(message -> message.at(Message.NOW)).toList(),
                    messages.stream().map(message -> message.at(Message.NOW)).toList());
        }
        // A batch that its codec would make larger is sent as it is.
        assertThat(codecsOnDisk(topic)).contains(codec).isSubsetOf(codec, "none");
    }

    private static void assertSame(List<Message> found, List<Message> expected) {
        assertThat(found).hasSameSizeAs(expected);
        Map<Integer, List<Message>> foundByPartition = Message.byPartition(found);
        Message.byPartition(expected)
                .forEach((partition, messages) -> assertThat(foundByPartition.get(partition))
                        .as("partition %s", partition)
                        .isEqualTo(messages));
    }

    /** What the batches are compressed with in the broker's files, so that no writer passes that did not compress. */
    private Set<String> codecsOnDisk(Topic topic) throws IOException {
        Set<String> codecs = new HashSet<>();
        for (int partition : IntStream.range(0, topic.partitions()).toArray()) {
            Path segment = kafka.broker(1)
                    .directory()
                    .resolve("data/" + topic.name() + "-" + partition + "/00000000000000000000.log");
            try (FileRecords records = FileRecords.open(segment.toFile(), false)) {
                records.batches().forEach(batch -> codecs.add(batch.compressionType().name));
            }
        }
        return codecs;
    }

    static List<Peer> otherPeers() {
        return List.of(KAFKA_CLIENTS, KCAT);
    }

    @ParameterizedTest
    @MethodSource("otherPeers")
    void should_put_every_key_where_the_other_puts_it(Peer other) {
        other.assumeInstalled();
        // given
        List<Message> messages = Message.keyed(RECORDS);
        Topic ours = Topic.create(kafka.bootstrapServers(), 7);
        Topic theirs = Topic.create(kafka.bootstrapServers(), 7);

        // when
        OTTLA.write(ours, "none", messages);
        other.write(theirs, "none", messages);

        // then
        Map<String, Integer> ourPartitions = Message.partitionByKey(KAFKA_CLIENTS.read(ours));
        assertThat(ourPartitions).hasSize(RECORDS);
        assertThat(ourPartitions.values()).contains(0, 1, 2, 3, 4, 5, 6);
        assertThat(ourPartitions).isEqualTo(Message.partitionByKey(KAFKA_CLIENTS.read(theirs)));
    }
}
