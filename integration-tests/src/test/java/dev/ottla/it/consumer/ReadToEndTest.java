package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerBuilder;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.StartAt;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.FakeKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading up to now, the lag, and commits of single records. */
class ReadToEndTest {
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final TopicPartition FIRST = new TopicPartition("prices", 0);
    private static final TopicPartition SECOND = new TopicPartition("prices", 1);

    private final FakeKafka kafka = FakeKafka.builder().topic(FIRST.topic(), 2).start();
    private final OfficialClient official = new OfficialClient(kafka.bootstrapServers());
    private KafkaClient client;

    @BeforeEach
    void connect() {
        client = KafkaClient.connect(kafka.bootstrapServers());
    }

    @AfterEach
    void stop() {
        client.close();
        kafka.close();
    }

    private ConsumerBuilder<byte[], String> reader() {
        return Consumer.builder(client)
                .assign(FIRST, SECOND)
                .startAt(StartAt.earliest())
                .maxPollRecords(3)
                .valueDeserializer(Deserializers.utf8());
    }

    @Test
    void should_stop_where_the_logs_ended_and_go_on_there() {
        official.produce(FIRST.topic(), 0, 0, 2);
        official.produce(FIRST.topic(), 1, 10, 30);
        try (Consumer<byte[], String> consumer = reader().build()) {
            Iterator<ConsumerRecord<byte[], String>> upToNow =
                    consumer.readToEnd().iterator();
            official.produce(FIRST.topic(), 0, 100, 105);
            official.produce(FIRST.topic(), 1, 200, 205);

            List<String> values = new ArrayList<>();
            upToNow.forEachRemaining(record -> values.add(record.value()));

            assertThat(values).hasSize(22).contains("v0", "v1", "v10", "v29").doesNotContain("v100", "v200");
            assertThat(consumer.position(FIRST)).hasValue(2L);
            assertThat(consumer.position(SECOND)).hasValue(20L);
            assertThat(consumer.paused()).isEmpty();
            List<String> later = new ArrayList<>();
            consumer.readToEnd().forEach(record -> later.add(record.value()));
            assertThat(later).hasSize(10).contains("v100", "v204");
        }
    }

    @Test
    void should_return_nothing_of_an_empty_log() {
        try (Consumer<byte[], String> consumer = reader().build()) {
            assertThat(consumer.readToEnd()).isEmpty();
        }
    }

    @Test
    void should_tell_how_far_behind_a_partition_is() {
        official.produce(FIRST.topic(), 0, 0, 5);
        try (Consumer<byte[], String> consumer = reader().build()) {
            assertThat(consumer.currentLag(FIRST)).isEmpty();

            assertThat(consumer.poll(WAIT).count()).isEqualTo(3);
            assertThat(consumer.currentLag(FIRST)).hasValue(2);
            assertThat(consumer.poll(WAIT).count()).isEqualTo(2);
            assertThat(consumer.currentLag(FIRST)).hasValue(0);
        }
    }

    @Test
    void should_commit_a_partition_up_to_one_record() {
        official.produce(FIRST.topic(), 0, 0, 5);
        try (Consumer<byte[], String> consumer =
                reader().group("g").enableAutoCommit(false).build()) {
            ConsumerRecord<byte[], String> second =
                    consumer.poll(WAIT).records(FIRST).get(1);

            consumer.commit(second);

            assertThat(consumer.committed(List.of(FIRST, SECOND)))
                    .hasSize(1)
                    .hasEntrySatisfying(
                            FIRST, committed -> assertThat(committed.offset()).isEqualTo(2));
            assertThat(committedNote(consumer)).isEmpty();
        }
    }

    private static String committedNote(Consumer<?, ?> consumer) {
        OffsetAndMetadata committed = consumer.committed(List.of(FIRST)).get(FIRST);
        return committed == null ? "none" : committed.metadata();
    }

    @Test
    void should_begin_so_long_ago() {
        // given
        long now = System.currentTimeMillis();
        List<Integer> hoursAgo = List.of(30, 5, 2);
        try (KafkaProducer<String, String> producer = official.producer(Map.of())) {
            for (int hours : hoursAgo) {
                producer.send(new ProducerRecord<>(
                        FIRST.topic(), 0, now - Duration.ofHours(hours).toMillis(), "k", "v" + hours));
            }
        }

        // when, then
        for (int hours : hoursAgo) {
            try (Consumer<byte[], String> consumer =
                    reader().startAt(StartAt.ago(Duration.ofHours(hours + 1))).build()) {
                assertThat(consumer.readToEnd())
                        .extracting(ConsumerRecord::value)
                        .isEqualTo(hoursAgo.stream()
                                .filter(each -> each <= hours)
                                .map(each -> "v" + each)
                                .toList());
            }
        }
        try (Consumer<byte[], String> consumer =
                reader().startAt(StartAt.ago(Duration.ofHours(1))).build()) {
            assertThat(consumer.readToEnd()).isEmpty();
        }
    }
}
