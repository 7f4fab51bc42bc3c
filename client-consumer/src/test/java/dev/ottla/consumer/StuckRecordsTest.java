package dev.ottla.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.RecordPlace;
import dev.ottla.consumer.internal.work.WorkBoard;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of records that don't end, and how often. */
class StuckRecordsTest {
    private static final Duration AFTER = Duration.ofMinutes(1);

    private static WorkBoard.Oldest oldest(long offset, long ageSeconds) {
        return new WorkBoard.Oldest(
                new RecordPlace(new TopicPartition("orders", 3), offset), TimeUnit.SECONDS.toNanos(ageSeconds));
    }

    @Test
    void should_name_topic_partition_offset_and_age_of_what_a_handler_does_not_finish() {
        assertThat(new StuckRecords(AFTER, true).warning(oldest(17, 61)))
                .hasValue("The record at offset 17 of orders-3 went to the handler 61 s ago and is not finished;"
                        + " nothing after it is committed");
    }

    @Test
    void should_name_topic_partition_offset_and_age_of_what_is_not_acknowledged() {
        assertThat(new StuckRecords(AFTER, false).warning(oldest(17, 61)))
                .hasValue("The record at offset 17 of orders-3 was handed out 61 s ago and is not acknowledged;"
                        + " nothing after it is committed");
    }

    @Test
    void should_name_each_record_once_and_none_too_early() {
        StuckRecords stuck = new StuckRecords(AFTER, true);

        assertThat(stuck.warning(oldest(17, 59))).isEmpty();
        assertThat(stuck.warning(oldest(17, 60))).isPresent();
        assertThat(stuck.warning(oldest(17, 600))).isEmpty();
        assertThat(stuck.warning(oldest(18, 60))).isPresent();
    }

    /** Commits may be due so seldom that a warning would come much too late. */
    @ParameterizedTest
    @CsvSource({"5000, 60000, 5000", "600000, 60000, 60000", "600000, 0, 1000", "100, 0, 100"})
    void should_look_as_often_as_commits_and_warnings_are_due(long commitMillis, long stuckMillis, long pollMillis) {
        WorkOptions options = new WorkOptions(
                Ordering.KEY,
                8,
                100,
                new WorkOptions.Times(Duration.ofMillis(commitMillis), AFTER, AFTER, Duration.ofMillis(stuckMillis)),
                true,
                true);

        assertThat(options.pollTimeout()).hasMillis(pollMillis);
    }
}
