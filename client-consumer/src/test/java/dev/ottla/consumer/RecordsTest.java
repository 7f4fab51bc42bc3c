package dev.ottla.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.Headers;
import dev.ottla.common.TimestampType;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private static ConsumerRecord<String, String> record(TopicPartition partition, long offset) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                1,
                TimestampType.CREATE_TIME,
                "k",
                "v",
                Headers.empty(),
                OptionalInt.empty());
    }

    @Test
    void should_know_which_record_was_taken_last() {
        // given
        Records<String, String> records = new Records<>(
                new TreeMap<>(Map.of(
                        FIRST, List.of(record(FIRST, 7), record(FIRST, 8)),
                        SECOND, List.of(record(SECOND, 30)))),
                null);

        // when, then
        assertThat(records.place()).as("nobody has asked yet").isEqualTo(new RecordPlace(FIRST, 7));
        Iterator<ConsumerRecord<String, String>> iterator = records.iterator();
        iterator.next();
        iterator.next();
        assertThat(records.place()).isEqualTo(new RecordPlace(FIRST, 8));
        iterator.next();
        assertThat(records.place()).isEqualTo(new RecordPlace(SECOND, 30));
        assertThat(new Records<String, String>(Map.of(), null).place()).isNull();
    }
}
