package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.KafkaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionsTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 3);

    private record Told(Object completion, long offset, long timestamp) {}

    private final List<Told> told = new ArrayList<>();
    private final List<Object> failed = new ArrayList<>();
    private final Completer completer = new Completer() {
        @Override
        public void onAcked(Object completion, TopicPartition topicPartition, long offset, long timestamp) {
            assertThat(topicPartition).isEqualTo(PARTITION);
            told.add(new Told(completion, offset, timestamp));
        }

        @Override
        public void onFailed(Object completion, KafkaException cause) {
            failed.add(completion);
        }
    };

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 8, 9, 17, 500})
    void should_tell_each_record_its_offset_and_timestamp_in_order(int count) {
        // given
        Random random = new Random(count);
        Completions completions = new Completions(1 + random.nextInt(3));
        List<Told> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String completion = random.nextBoolean() ? "one" : "another";
            long timestamp = 1_000L + random.nextInt(2);
            completions.add(completion, timestamp);
            expected.add(new Told(completion, 70L + i, timestamp));
        }

        // when
        completions.ack(completer, PARTITION, 70, -1);
        completions.fail(completer, new ClosedException("closed", null));

        // then
        assertThat(completions.count()).isEqualTo(count);
        assertThat(told).isEqualTo(expected);
        assertThat(failed).hasSize(count);
    }
}
