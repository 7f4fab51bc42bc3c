package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.AcknowledgingConsumer;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.FailurePolicy;
import dev.ottla.consumer.OpenRecord;
import dev.ottla.consumer.Processor;
import dev.ottla.consumer.Retries;
import dev.ottla.consumer.StartAt;
import dev.ottla.errors.RecordException;
import dev.ottla.serialization.Deserializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a record that a handler or a deserializer fails at, where the library polls; the fifth of ten. */
@Timeout(60)
class FailedRecordsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final long BAD = 4;
    private static final int RECORDS = 10;
    private static final Deserializer<Integer> NUMBERS = source -> Integer.valueOf(source.readUtf8());
    private static final Deserializer<Integer> TOO_DEEP = source -> {
        throw new StackOverflowError("nested too deeply");
    };

    @RegisterExtension
    static final FakeGroup GROUP = new FakeGroup();

    private final Queue<Long> handled = new ConcurrentLinkedQueue<>();

    private static TopicPartition numbers() {
        TopicPartition partition = new TopicPartition(GROUP.official().createTopic(1), 0);
        try (KafkaProducer<String, String> producer = GROUP.official().producer(Map.of())) {
            for (int number = 0; number < RECORDS; number++) {
                ProducerRecord<String, String> record = new ProducerRecord<>(
                        partition.topic(), 0, 1_700_000_000_000L + number, "k", number == BAD ? "four" : "" + number);
                record.headers().add("from", new byte[] {(byte) number});
                producer.send(record);
            }
        }
        return partition;
    }

    private static List<Long> allBut(long left) {
        return LongStream.range(0, RECORDS)
                .filter(offset -> offset != left)
                .boxed()
                .toList();
    }

    private static void awaitCommitted(TopicPartition partition, long offset) {
        try (Consumer<byte[], byte[]> outsider = GROUP.outsider(partition.topic(), 1)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(outsider.committed(List.of(partition)))
                            .extractingByKey(partition)
                            .isNotNull()
                            .extracting(OffsetAndMetadata::offset)
                            .isEqualTo(offset));
        }
    }

    @Test
    void should_leave_out_what_a_handler_fails_at_and_commit_past_it() {
        // given
        TopicPartition partition = numbers();
        AtomicInteger attempts = new AtomicInteger();

        // when
        try (Processor processor = GROUP.member(partition.topic())
                .processor()
                .retries(Retries.atMost(3).backoff(Duration.ofMillis(1), Duration.ofMillis(5)))
                .onFailure(FailurePolicy.skip())
                .start(record -> {
                    if (record.offset() == BAD) {
                        attempts.incrementAndGet();
                        throw new IllegalStateException("no luck");
                    }
                    handled.add(record.offset());
                })) {
            awaitCommitted(partition, RECORDS);

            // then
            assertThat(processor.ended()).isNotDone();
        }
        assertThat(attempts).hasValue(3);
        assertThat(handled).containsExactlyElementsOf(allBut(BAD));
    }

    @Test
    void should_write_what_can_not_be_deserialized_to_dead_letters_before_a_handler_sees_it() {
        // given
        TopicPartition partition = numbers();
        TopicPartition letters = new TopicPartition(GROUP.official().createTopic(1), 0);

        // when
        try (Processor processor = GROUP.member(partition.topic())
                .valueDeserializer(NUMBERS)
                .processor()
                .retries(Retries.atMost(5))
                .onFailure(FailurePolicy.deadLetter(letters.topic()))
                .start(record -> handled.add(record.offset()))) {
            awaitCommitted(partition, RECORDS);
            assertThat(processor.ended()).isNotDone();
        }

        // then
        assertThat(handled).containsExactlyElementsOf(allBut(BAD));
        try (Consumer<byte[], byte[]> reader =
                GROUP.reader(letters).startAt(StartAt.earliest()).build()) {
            assertThat(Polling.records(reader, 1)).singleElement().satisfies(letter -> {
                assertThat(letter.value()).asString(StandardCharsets.UTF_8).isEqualTo("four");
                assertThat(letter.key()).asString(StandardCharsets.UTF_8).isEqualTo("k");
                assertThat(letter.timestamp()).isEqualTo(1_700_000_000_000L + BAD);
                assertThat(letter.headers().lastHeader("from"))
                        .hasValueSatisfying(header -> assertThat(header.value()).containsExactly((int) BAD));
                assertThat(header(letter, "topic")).isEqualTo(partition.topic());
                assertThat(header(letter, "offset")).isEqualTo("" + BAD);
                assertThat(header(letter, "exception")).isEqualTo(RecordException.class.getName());
                assertThat(header(letter, "message")).contains("four");
                assertThat(header(letter, "attempts"))
                        .as("the same bytes again would not help")
                        .isEqualTo("1");
            });
        }
    }

    private static String header(ConsumerRecord<?, ?> letter, String name) {
        return letter.headers()
                .lastHeader("ottla.error." + name)
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .orElse("none");
    }

    @Test
    void should_end_in_front_of_a_record_that_could_neither_be_handled_nor_written_to_dead_letters() {
        // given
        TopicPartition partition = numbers();
        String letters = GROUP.official().createTopic(1, Map.of("max.message.bytes", "70"));

        // when
        try (Processor processor = GROUP.member(partition.topic())
                .valueDeserializer(NUMBERS)
                .processor()
                .onFailure(FailurePolicy.deadLetter(letters))
                .start(record -> handled.add(record.offset()))) {

            // then
            assertThatThrownBy(() -> processor.ended().get(40, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("offset " + BAD)
                    .cause()
                    .hasMessageContaining(letters);
        }
        awaitCommitted(partition, BAD);
        assertThat(handled).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void should_end_in_front_of_a_record_during_which_memory_ran_out_whatever_the_policy_is() {
        // given
        TopicPartition partition = numbers();

        // when
        try (Processor processor = GROUP.member(partition.topic())
                .processor()
                .onFailure(FailurePolicy.skip())
                .start(record -> {
                    if (record.offset() == BAD) {
                        throw new OutOfMemoryError("on purpose");
                    }
                    handled.add(record.offset());
                })) {

            // then
            assertThatThrownBy(() -> processor.ended().get(40, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("offset " + BAD)
                    .hasCauseInstanceOf(OutOfMemoryError.class);
        }
        awaitCommitted(partition, BAD);
        assertThat(handled).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void should_hand_out_first_what_was_given_back() {
        // given
        TopicPartition partition = numbers();
        try (AcknowledgingConsumer<String, String> consumer =
                GROUP.member(partition.topic()).acknowledging().build()) {
            OpenRecord<String, String> first = consumer.fetch(PATIENCE).orElseThrow();
            OpenRecord<String, String> second = consumer.fetch(PATIENCE).orElseThrow();

            // when
            assertThat(first.giveBack()).isTrue();

            // then
            assertThat(first.giveBack()).as("it is not out any more").isFalse();
            List<Long> offsets = new ArrayList<>();
            for (int i = 0; i < RECORDS - 1; i++) {
                OpenRecord<String, String> next = consumer.fetch(PATIENCE).orElseThrow();
                offsets.add(next.offset());
                assertThat(next.acknowledge()).isTrue();
            }
            assertThat(offsets).containsExactlyElementsOf(allBut(second.offset()));
            awaitCommitted(partition, second.offset());
            assertThat(second.acknowledge()).isTrue();
            awaitCommitted(partition, RECORDS);
        }
    }

    @Test
    void should_leave_to_the_application_what_becomes_of_a_fetched_record_that_can_not_be_deserialized() {
        // given
        TopicPartition partition = numbers();
        try (AcknowledgingConsumer<Integer, Integer> consumer = GROUP.member(partition.topic())
                .keyDeserializer(TOO_DEEP)
                .valueDeserializer(NUMBERS)
                .acknowledging()
                .build()) {
            for (int i = 0; i < RECORDS; i++) {
                OpenRecord<Integer, Integer> record = consumer.fetch(PATIENCE).orElseThrow();

                // when, then
                assertThatThrownBy(record::record)
                        .isInstanceOf(RecordException.class)
                        .hasMessageContaining("offset " + record.offset())
                        .hasCauseInstanceOf(StackOverflowError.class);
                assertThat(record.rawKey()).asString(StandardCharsets.UTF_8).isEqualTo("k");
                assertThat(record.acknowledge()).isTrue();
            }
            awaitCommitted(partition, RECORDS);
        }
    }
}
