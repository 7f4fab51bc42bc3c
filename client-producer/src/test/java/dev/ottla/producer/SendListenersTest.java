package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ottla.common.TopicPartition;
import dev.ottla.errors.KafkaException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendListenersTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 1);
    private static final int RECORDS = 10_000;

    private final SendListeners listeners = new SendListeners("test", failure -> {}, null);

    /** Of this type there are several below, so that the JIT can't leave out what they are told. */
    private abstract static class Summing implements SendCallback {
        long sum;

        @Override
        public void onCompletion(RecordMetadata metadata, KafkaException error) {
            throw new AssertionError("a failure was not expected");
        }

        @Override
        public void onAcknowledged(TopicPartition topicPartition, long offset, long timestamp) {
            sum += offset + timestamp;
        }
    }

    @Test
    void should_make_nothing_for_a_record_whose_callback_takes_it_as_it_is() {
        // given
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Summing> callbacks = List.of(new Summing() {}, new Summing() {}, new Summing() {}, new Summing() {});
        callbacks.forEach(callback -> listeners.onAcked(callback, PARTITION, 0, 0));

        // when
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int record = 0; record < RECORDS; record++) {
            listeners.onAcked(callbacks.get(record & 3), PARTITION, record, 1);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // then
        assertThat(callbacks.stream().mapToLong(callback -> callback.sum).sum())
                .isEqualTo(RECORDS + RECORDS * (RECORDS - 1L) / 2);
        assertThat(allocated).isLessThan(RECORDS);
    }

    @Test
    void should_tell_a_callback_alike_of_a_record_with_a_time_of_its_own() {
        // given
        ProducerHarness harness = new ProducerHarness().warm();
        Summing callback = new Summing() {};
        ProducerRecord<String, String> timed =
                ProducerRecord.<String, String>of("t", "value").timestamp(1_000).deliveryTimeout(Duration.ofSeconds(1));

        // when
        harness.producer.send(timed, callback);
        harness.runtime.run();
        harness.network.next().ack();
        harness.runtime.advance(Duration.ofMinutes(1));

        // then
        assertThat(callback.sum).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void should_tell_others_where_the_record_is() {
        // given
        RecordMetadata[] heard = new RecordMetadata[1];
        SendCallback callback = (metadata, error) -> heard[0] = metadata;

        // when
        listeners.onAcked(callback, PARTITION, 7, 1234);

        // then
        assertThat(heard[0]).isEqualTo(new RecordMetadata(PARTITION, 7, 1234));
    }
}
