package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.it.producer.OfficialConsumer;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.FileRecords;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A bit that has changed on a broker's disk, which sends what is there as it is. */
@ExtendWith(ProxiedBroker.class)
class CorruptLogTest {
    private static final int PARTITIONS = 3;
    private static final int CORRUPT = 1;
    private static final int RECORDS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** From the end of a batch to the value of its last record: behind it is only the number of its headers. */
    private static final int BEHIND_LAST_VALUE = 2;

    private static RealKafka kafka;

    private final String topic = "corrupt-" + UUID.randomUUID();
    private final History history = new History(System::nanoTime);

    @BeforeAll
    static void start() {
        kafka = ProxiedBroker.kafka();
    }

    @Test
    void should_say_which_batch_is_corrupt_and_stay_in_front_of_it_while_other_partitions_go_on() throws Exception {
        // given
        new OfficialConsumer(kafka).createTopic(topic, PARTITIONS, 1, Map.of());
        try (KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
                Producer<String, String> producer = Producer.builder(client)
                        .batchSize(ByteSize.bytes(200))
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .build()) {
            RecordedLoad load = RecordedLoad.start(
                    history, "ottla", topic, PARTITIONS, Duration.ofMillis(1), RecordSender.of(producer));
            load.awaitMore(RECORDS);
            load.close();
            Batch batch =
                    secondBatch(Segments.of(kafka.broker(1), topic).get(CORRUPT).get(0));
            int sent = SendSummary.of(history).sent();

            // when
            batch.flipABit();
            try (RecordedReader reader = RecordedReader.start(history, client, topic, PARTITIONS)) {
                // What is in front of the batch, and all of the other partitions.
                int readable = sent - (sent + PARTITIONS - 1 - CORRUPT) / PARTITIONS + (int) batch.baseOffset();
                reader.awaitRead(readable);
                await().atMost(PATIENCE).until(() -> reader.failures().size() >= 2);

                // then
                assertThat(reader.failures())
                        .allSatisfy(failure -> assertThat(failure)
                                .isInstanceOfSatisfying(
                                        CorruptRecordException.class,
                                        corrupt -> assertThat(corrupt.offset()).isEqualTo(batch.baseOffset()))
                                .hasMessageContaining(topic + "-" + CORRUPT));
                assertThat(ReadSummary.of(history).records()).isEqualTo(readable);
                batch.flipABit();
                reader.awaitRead(sent);
            }
        }
        Truth.tell(history, new OfficialConsumer(kafka), topic);
        Verdict verdict = HistoryChecker.of(Invariant.ofReader()).check(history);
        ConsumerTable.tell("batch corrupt on disk, repaired later", "CorruptLogTest", history, verdict);
        assertThat(verdict).matches(Verdict::isGood, "good");
    }

    private static Batch secondBatch(Path segment) throws IOException {
        int number = 0;
        try (FileRecords file = FileRecords.open(segment.toFile(), false)) {
            for (FileChannelRecordBatch batch : file.batches()) {
                if (number++ == 1) {
                    return new Batch(segment, batch.baseOffset(), batch.position() + batch.sizeInBytes());
                }
            }
        }
        throw new IllegalStateException("no second batch in " + segment);
    }

    private record Batch(Path segment, long baseOffset, int end) {
        /** Once more, and it is as it was. */
        void flipABit() throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                file.seek(end - BEHIND_LAST_VALUE);
                int value = file.read();
                file.seek(end - BEHIND_LAST_VALUE);
                file.write(value ^ 1);
            }
        }
    }
}
