package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TopicProducerTest {
    private final ProducerHarness harness = new ProducerHarness().warm();

    @Test
    void should_send_to_the_topic_that_was_looked_up_once() {
        // given
        TopicProducer<String, String> topic = harness.producer.topic("t");
        harness.network.answersAtOnce = ErrorCode.NONE;
        List<RecordMetadata> heard = new ArrayList<>();

        // when
        CompletableFuture<RecordMetadata> future = topic.send("key", "one");
        topic.send("key", null, (metadata, error) -> heard.add(metadata));
        CompletableFuture<RecordMetadata> other = harness.producer.send(ProducerRecord.of("t", "key", "three"));
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(topic.topic()).isEqualTo("t");
        assertThat(heard).hasSize(1);
        assertThat(future.join().topicPartition()).isEqualTo(other.join().topicPartition());
        assertThat(heard.get(0).offset()).isEqualTo(future.join().offset() + 1);
        assertThat(other.join().offset()).isEqualTo(future.join().offset() + 2);
    }

    @Test
    void should_show_a_partitioner_of_the_user_the_whole_record() {
        // given
        List<ProducerRecord<?, ?>> seen = new ArrayList<>();
        ProducerHarness asking = new ProducerHarness((record, key, partitions) -> {
            seen.add(record);
            return 1;
        });
        asking.network.answersAtOnce = ErrorCode.NONE;

        // when
        CompletableFuture<RecordMetadata> send = asking.producer.topic("t").send("key", "value");
        asking.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(send.join().topicPartition()).isEqualTo(new TopicPartition("t", 1));
        assertThat(seen).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo("t");
            assertThat(record.key()).isEqualTo("key");
            assertThat(record.value()).isEqualTo("value");
        });
    }

    @Test
    void should_fail_the_record_when_nothing_can_be_prepared_for_its_topic() {
        // given
        ProducerHarness unprepared = new ProducerHarness(new Partitioner() {
            @Override
            public int partition(ProducerRecord<?, ?> record, ByteBuffer key, TopicPartitions partitions) {
                return 0;
            }

            @Override
            public Partitioner forTopic(String topic, RandomGenerator random) {
                throw new IllegalStateException("not for " + topic);
            }
        });
        List<KafkaException> heard = new ArrayList<>();

        // when
        CompletableFuture<RecordMetadata> send = unprepared.producer.send(ProducerRecord.of("t", "value"));
        unprepared.producer.send(ProducerRecord.of("t", "value"), (metadata, error) -> heard.add(error));
        unprepared.runtime.run();

        // then
        assertThat(ProducerHarness.failureOf(send))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("not for t");
        assertThat(heard).hasSize(1);
        assertThatThrownBy(() -> unprepared.producer.topic("t")).isInstanceOf(RecordException.class);
    }

    @Test
    void should_tell_of_failures_only_when_records_are_forgotten() {
        // given
        harness.network.answersAtOnce = ErrorCode.NONE;

        // when
        harness.producer.sendAndForget(ProducerRecord.of("t", "fine"));
        harness.runtime.advance(Duration.ofSeconds(1));
        harness.network.answersAtOnce = ErrorCode.INVALID_RECORD;
        harness.producer.topic("t").sendAndForget(null, "refused");
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(harness.failures)
                .singleElement()
                .satisfies(error -> assertThat(error.getMessage()).contains("INVALID_RECORD"));
    }

    @Test
    void should_tell_of_each_batch_after_its_records() {
        // given
        harness.batches.clear();
        harness.network.answersAtOnce = ErrorCode.NONE;
        List<Integer> batchesBefore = new ArrayList<>();

        // when
        for (int i = 0; i < 3; i++) {
            harness.producer.send(
                    ProducerRecord.<String, String>of("t", "x").partition(1),
                    (metadata, error) -> batchesBefore.add(harness.batches.size()));
        }
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(batchesBefore).containsExactly(0, 0, 0);
        assertThat(harness.batches).singleElement().satisfies(batch -> {
            assertThat(batch.isAcked()).isTrue();
            assertThat(batch.recordCount()).isEqualTo(3);
            assertThat(batch.topicPartition()).isEqualTo(new TopicPartition("t", 1));
            assertThat(batch.baseOffset()).isNotNegative();
        });
    }

    @Test
    void should_tell_why_a_batch_failed() {
        // given
        harness.batches.clear();
        harness.network.answersAtOnce = ErrorCode.INVALID_RECORD;

        // when
        harness.send(1, "refused");
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(harness.batches).singleElement().satisfies(batch -> {
            assertThat(batch.isAcked()).isFalse();
            assertThat(batch.error()).isInstanceOf(KafkaException.class);
        });
    }

    @Test
    void should_refuse_to_send_when_the_producer_is_closed() {
        // given
        TopicProducer<String, String> topic = harness.producer.topic("t");

        // when
        harness.producer.close(Duration.ZERO);

        // then
        assertThatThrownBy(() -> topic.send("key", "value")).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> harness.producer.topic("another")).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> harness.producer.topic("")).isInstanceOf(IllegalArgumentException.class);
    }
}
