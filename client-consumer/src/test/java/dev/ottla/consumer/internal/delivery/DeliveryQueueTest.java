package dev.ottla.consumer.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.BrokerException;
import dev.ottla.errors.ClosedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveryQueueTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private final DeliveryQueue queue = new DeliveryQueue();

    private static OffsetOutOfRange delivery(long offset) {
        return new OffsetOutOfRange(PARTITION, 1, offset);
    }

    @Test
    void should_hand_nothing_out_while_the_application_has_not_heard_of_its_partitions() {
        // given
        queue.call(() -> {});
        queue.offer(List.of(delivery(1)));

        // when, then
        assertThat(queue.take()).isNull();
        assertThat(queue.nextCallback()).isNotNull();
        assertThat(queue.take()).isEqualTo(delivery(1));
    }

    @Test
    void should_give_the_turn_to_one_thread_at_a_time() throws InterruptedException {
        // when, then
        assertThat(queue.enter(0)).isNotNegative();
        assertThat(queue.enter(0)).isNegative();
        queue.exit();
        assertThat(queue.enter(0)).isNotNegative();
    }

    @Test
    void should_return_at_once_when_woken_before() throws InterruptedException {
        // given
        queue.wakeup();

        // when, then
        assertThat(queue.awaitWork(Long.MAX_VALUE)).isNegative();
    }

    @Test
    void should_report_a_failure_once_and_an_end_for_ever() {
        // given
        queue.report(new BrokerException("reported", null));
        queue.report(new BrokerException("too many", null));

        // when, then
        assertThatThrownBy(queue::throwIfFailed).hasMessageContaining("reported");
        queue.throwIfFailed();
        assertThat(queue.end(new ClosedException("closed", null))).isTrue();
        assertThat(queue.end(new ClosedException("closed again", null))).isFalse();
        assertThatThrownBy(queue::throwIfFailed).hasMessage("closed");
        assertThatThrownBy(queue::throwIfFailed).hasMessage("closed");
    }

    @Test
    void should_let_go_of_every_frame_and_give_its_credit_back() {
        // given
        ByteBuf before = Unpooled.buffer();
        ByteBuf after = Unpooled.buffer();
        int[] credits = {0};
        queue.offer(List.of(batches(before, credits)));

        // when
        queue.end(new ClosedException("closed", null));
        queue.clear();
        queue.offer(List.of(batches(after, credits)));

        // then
        assertThat(before.refCnt()).isZero();
        assertThat(after.refCnt()).isZero();
        assertThat(credits[0]).isEqualTo(2);
    }

    @Test
    void should_overwrite_a_frame_that_nobody_reads_any_more_when_assertions_are_on() {
        // given
        ByteBuf frame = Unpooled.buffer().writeLong(1);
        frame.retain();
        FrameLease lease = new FrameLease(frame, () -> {});
        lease.retain();

        // when
        lease.release();
        long read = frame.getLong(0);
        lease.release();

        // then
        assertThat(read).isEqualTo(1);
        assertThat(frame.getLong(0)).isEqualTo(0xDBDBDBDBDBDBDBDBL);
        frame.release();
    }

    private static FetchedBatches batches(ByteBuf frame, int[] credits) {
        FrameLease lease = new FrameLease(frame, () -> credits[0]++);
        FetchedBatches batches = new FetchedBatches(PARTITION, 1, frame, List.of(), 0, 0, lease);
        lease.release();
        return batches;
    }
}
