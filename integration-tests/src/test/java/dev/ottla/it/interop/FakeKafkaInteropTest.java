package dev.ottla.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.testkit.FakeKafka;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that share no code with each other write to the in-memory cluster and read from it, as they do with real brokers. */
@Timeout(300)
class FakeKafkaInteropTest {
    private static final int RECORDS = 1_000;

    static Stream<Arguments> writersReadersCodecs() {
        List<Peer> peers = List.of(new OttlaPeer(), new KafkaClientsPeer(), new KcatPeer());
        return peers.stream()
                .flatMap(writer -> peers.stream()
                        .flatMap(
                                reader -> Stream.of("none", "zstd").map(codec -> Arguments.of(writer, reader, codec))));
    }

    @ParameterizedTest(name = "{0} -> {1}, {2}")
    @MethodSource("writersReadersCodecs")
    void should_read_what_was_written(Peer writer, Peer reader, String codec) {
        writer.assumeInstalled();
        reader.assumeInstalled();
        try (FakeKafka kafka = FakeKafka.builder().brokers(2).start()) {
            // given
            Topic topic = Topic.create(kafka.bootstrapServers(), Message.PARTITIONS);
            List<Message> messages = Message.mixed(RECORDS);

            // when
            writer.write(topic, codec, messages);
            List<Message> found = reader.read(topic);

            // then
            assertThat(found).hasSameSizeAs(messages);
            Map<Integer, List<Message>> byPartition = Message.byPartition(untimed(found));
            Message.byPartition(untimed(messages))
                    .forEach((partition, expected) ->
                            assertThat(byPartition.get(partition)).isEqualTo(expected));
        }
    }

    /** kcat can not give a record a timestamp. */
    private static List<Message> untimed(List<Message> messages) {
        return messages.stream().map(message -> message.at(Message.NOW)).toList();
    }
}
