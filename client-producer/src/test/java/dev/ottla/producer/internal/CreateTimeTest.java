package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CreateTimeTest {
    private static final int RECORDS = 1_000;

    private final AtomicLong time = new AtomicLong(5_000);
    private final AtomicInteger readings = new AtomicInteger();

    @Test
    void should_leave_the_clock_unread_while_records_come_within_one_tick() {
        // given
        CreateTime createTime = new CreateTime(this::read, false);

        // when
        for (int i = 0; i < RECORDS; i++) {
            assertThat(createTime.nowMillis()).isEqualTo(5_000);
        }

        // then
        assertThat(readings.get()).isLessThan(RECORDS / 20);
    }

    @Test
    void should_read_the_clock_for_each_record_when_they_come_slowly() {
        // given
        CreateTime createTime = new CreateTime(this::read, false);
        assertThat(createTime.nowMillis()).as("of the record it is made for").isEqualTo(5_000);

        for (int i = 0; i < RECORDS; i++) {
            // when
            long now = time.incrementAndGet();

            // then
            assertThat(createTime.nowMillis()).isEqualTo(now);
        }
    }

    @Test
    void should_be_a_few_records_late_at_most_after_a_pause() {
        // given
        CreateTime createTime = new CreateTime(this::read, false);
        for (int i = 0; i < RECORDS; i++) {
            createTime.nowMillis();
        }

        // when
        time.addAndGet(4);
        int late = 0;
        while (createTime.nowMillis() == 5_000) {
            late++;
        }

        // then
        assertThat(late).isLessThan(32);
        assertThat(createTime.nowMillis()).isEqualTo(5_004);
    }

    @Test
    void should_never_be_late_if_it_is_exact() {
        // given
        CreateTime createTime = new CreateTime(this::read, true);
        for (int i = 0; i < RECORDS; i++) {
            createTime.nowMillis();
        }

        // when
        time.addAndGet(4);

        // then
        assertThat(createTime.nowMillis()).isEqualTo(5_004);
    }

    private long read() {
        readings.incrementAndGet();
        return time.get();
    }
}
