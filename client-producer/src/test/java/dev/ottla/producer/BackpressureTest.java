package dev.ottla.producer;

import static dev.ottla.producer.ProducerHarness.failureOf;
import static dev.ottla.producer.ProducerHarness.smallBuffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RecordException;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.errors.RetriableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BackpressureTest {
    private static final String VALUE = "x".repeat(100);

    private static ProducerHarness harness(Backpressure backpressure) {
        return new ProducerHarness(smallBuffer(512), true, backpressure).warm();
    }

    /** Takes both segments of the buffer. */
    private static void fill(ProducerHarness harness) {
        harness.send(0, VALUE);
        harness.send(2, VALUE);
        harness.runtime.run();
        assertThat(harness.producer.usedBytes()).isEqualTo(512);
    }

    @Test
    void should_fail_the_record_when_choice_is_to_fail() {
        // given
        ProducerHarness harness = harness(Backpressure.fail());
        fill(harness);

        // when
        CompletableFuture<RecordMetadata> send = harness.send(1, VALUE);
        harness.runtime.run();

        // then
        assertThat(failureOf(send))
                .isExactlyInstanceOf(RetriableException.class)
                .hasMessageContaining("buffer.memory");
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.REJECTED);
        harness.network.next().ack();
        harness.runtime.run();
        CompletableFuture<RecordMetadata> later = harness.send(1, VALUE);
        harness.runtime.run();
        assertThat(later).isNotDone();
    }

    @Test
    void should_let_records_wait_in_order_when_choice_is_to_suspend() {
        // given
        ProducerHarness harness = harness(Backpressure.suspend(3));
        fill(harness);

        // when
        harness.send(0, "first " + VALUE);
        harness.send(0, "second " + VALUE);
        harness.send(0, "third " + VALUE);
        CompletableFuture<RecordMetadata> tooMany = harness.send(0, "fourth");
        harness.runtime.run();

        // then
        assertThat(failureOf(tooMany)).isExactlyInstanceOf(RetriableException.class);
        harness.completed.clear();
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.network.next().ack();
        harness.runtime.advance(Duration.ofSeconds(1));
        assertThat(harness.completed.subList(harness.completed.size() - 3, harness.completed.size()))
                .containsExactly("first " + VALUE, "second " + VALUE, "third " + VALUE);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_fail_a_suspended_record_when_its_delivery_times_out() {
        // given
        ProducerHarness harness = harness(Backpressure.suspend());
        harness.network.down.add(1);
        harness.network.connections.forEach(FakeNetwork.FakeConnection::lose);
        harness.runtime.run();
        harness.send(0, VALUE);
        harness.send(2, VALUE);
        harness.runtime.advance(Duration.ofMinutes(1));

        // when
        CompletableFuture<RecordMetadata> send = harness.send(0, VALUE);
        harness.runtime.advance(ProducerHarness.DELIVERY_TIMEOUT);
        harness.runtime.advance(ProducerHarness.DELIVERY_TIMEOUT);

        // then
        assertThat(failureOf(send).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(failureOf(send)).hasMessageContaining("delivery.timeout.ms").hasMessageNotContaining("max.block.ms");
        harness.assertMemoryIsBack();
    }

    @Test
    void should_block_the_sender_until_there_is_room() throws Exception {
        // given
        ProducerHarness harness = harness(Backpressure.block(Duration.ofMinutes(1)));
        fill(harness);
        AtomicReference<CompletableFuture<RecordMetadata>> send = new AtomicReference<>();
        Thread sender = new Thread(() -> send.set(harness.producer.send(ProducerRecord.of("t", VALUE))));
        sender.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> sender.getState() == Thread.State.TIMED_WAITING);

        // when
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.network.next().ack();
        harness.runtime.run();

        // then
        sender.join();
        harness.runtime.run();
        assertThat(send.get()).isCompleted();
    }

    @Test
    void should_fail_the_record_when_there_is_no_room_in_time() throws Exception {
        // given
        ProducerHarness harness = harness(Backpressure.block(Duration.ofMillis(20)));
        fill(harness);

        // when
        CompletableFuture<RecordMetadata> send = harness.send(1, VALUE);
        harness.runtime.run();

        // then
        assertThat(failureOf(send)).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("max.block.ms");
    }

    @Test
    void should_send_what_filled_the_buffer_before_the_topic_was_known() {
        // given
        ProducerHarness harness = new ProducerHarness(smallBuffer(1024), true, Backpressure.fail());
        harness.network.answersAtOnce = ErrorCode.NONE;
        List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();

        // when
        for (int i = 0; i < 40; i++) {
            sends.add(harness.send(i % 3, "record " + i));
        }
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(sends).allMatch(CompletableFuture::isDone);
        assertThat(sends).filteredOn(send -> !send.isCompletedExceptionally()).hasSizeGreaterThan(6);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_block_the_sender_once_a_batch_of_records_waits_for_its_topic() throws Exception {
        // given
        ProducerHarness harness =
                new ProducerHarness(smallBuffer(64 * 1024), true, Backpressure.block(Duration.ofMinutes(1)));
        harness.network.answersAtOnce = ErrorCode.NONE;
        List<CompletableFuture<RecordMetadata>> sends = Collections.synchronizedList(new ArrayList<>());
        Thread sender = new Thread(() -> {
            for (int i = 0; i < 20; i++) {
                sends.add(harness.producer.send(ProducerRecord.<String, String>of("late", i + " " + VALUE)
                        .partition(0)));
            }
        });

        // when
        sender.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> sender.getState() == Thread.State.TIMED_WAITING);

        // then
        assertThat(harness.producer.usedBytes()).isLessThan(2 * 256);
        harness.network.topics.create("late", 1);
        for (int tries = 0; tries < 5_000 && sender.isAlive(); tries++) {
            harness.runtime.advance(Duration.ofMillis(10));
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        harness.runtime.advance(Duration.ofSeconds(1));
        assertThat(sends).hasSize(20).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
        assertThat(sends).extracting(send -> send.join().offset()).isSorted();
        harness.assertMemoryIsBack();
    }

    @Test
    void should_fail_the_record_when_its_turn_does_not_come_in_time() {
        // given
        ProducerHarness harness =
                new ProducerHarness(smallBuffer(64 * 1024), true, Backpressure.block(Duration.ofMillis(20)));
        CompletableFuture<RecordMetadata> first = harness.producer.send(ProducerRecord.of("late", VALUE));
        CompletableFuture<RecordMetadata> second = harness.producer.send(ProducerRecord.of("late", VALUE));

        // when
        CompletableFuture<RecordMetadata> third = harness.producer.send(ProducerRecord.of("late", VALUE));
        harness.runtime.run();

        // then
        assertThat(failureOf(third)).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("\"late\"");
        assertThat(failureOf(third).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(List.of(first, second)).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void should_place_who_waits_although_all_memory_is_reserved_for_those_behind() throws Exception {
        // given
        ProducerHarness harness =
                new ProducerHarness(smallBuffer(1024), true, Backpressure.block(Duration.ofMinutes(1)));
        harness.network.answersAtOnce = ErrorCode.NONE;
        List<CompletableFuture<RecordMetadata>> sends = Collections.synchronizedList(new ArrayList<>());
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            senders.add(new Thread(() -> sends.add(harness.producer.send(
                    ProducerRecord.<String, String>of("t", VALUE).partition(0)))));
        }
        senders.forEach(Thread::start);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> senders.stream()
                                .filter(sender -> sender.getState() == Thread.State.TIMED_WAITING)
                                .count()
                        > 20);

        // when
        for (int tries = 0; tries < 5_000 && senders.stream().anyMatch(Thread::isAlive); tries++) {
            harness.runtime.advance(Duration.ofMillis(10));
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(senders).noneMatch(Thread::isAlive);
        assertThat(sends).hasSize(30).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
        harness.assertMemoryIsBack();
    }

    @Test
    void should_not_wait_in_a_callback() {
        // given
        ProducerHarness harness = harness(Backpressure.block(Duration.ofMinutes(1)));
        fill(harness);
        AtomicReference<CompletableFuture<RecordMetadata>> send = new AtomicReference<>();

        // when
        harness.cluster.homeLoop().execute(() -> send.set(harness.send(1, VALUE)));
        harness.runtime.run();

        // then
        assertThat(failureOf(send.get())).isExactlyInstanceOf(RetriableException.class);
    }

    @Test
    void should_fail_those_who_wait_when_the_producer_is_closed() throws Exception {
        // given
        ProducerHarness harness = harness(Backpressure.block(Duration.ofMinutes(1)));
        fill(harness);
        AtomicReference<CompletableFuture<RecordMetadata>> send = new AtomicReference<>();
        Thread sender = new Thread(() -> send.set(harness.producer.send(ProducerRecord.of("t", VALUE))));
        sender.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> sender.getState() == Thread.State.TIMED_WAITING);

        // when
        harness.cluster.homeLoop().execute(harness.producer::close);
        harness.runtime.run();

        // then
        sender.join();
        harness.runtime.run();
        assertThat(failureOf(send.get())).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> harness.producer.send(ProducerRecord.of("t", VALUE)))
                .isInstanceOf(ClosedException.class);
    }

    @Test
    void should_fail_who_waits_for_the_topic_when_the_producer_is_closed() throws Exception {
        // given
        ProducerHarness harness =
                new ProducerHarness(smallBuffer(64 * 1024), true, Backpressure.block(Duration.ofMinutes(1)));
        AtomicReference<CompletableFuture<RecordMetadata>> last = new AtomicReference<>();
        Thread sender = new Thread(() -> {
            for (int i = 0; i < 3; i++) {
                last.set(harness.producer.send(ProducerRecord.of("late", VALUE)));
            }
        });
        sender.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> sender.getState() == Thread.State.TIMED_WAITING);

        // when
        harness.cluster.homeLoop().execute(harness.producer::close);
        harness.runtime.run();

        // then
        sender.join(Duration.ofSeconds(30).toMillis());
        harness.runtime.run();
        assertThat(failureOf(last.get())).isInstanceOf(ClosedException.class);
    }

    @Test
    void should_not_block_for_records_that_were_taken_back() {
        // given
        ProducerHarness harness =
                new ProducerHarness(smallBuffer(64 * 1024), true, Backpressure.block(Duration.ofMillis(20)));
        List<CompletableFuture<RecordMetadata>> sends = List.of(
                harness.producer.send(ProducerRecord.of("late", VALUE)),
                harness.producer.send(ProducerRecord.of("late", VALUE)));

        // when
        sends.forEach(send -> send.cancel(false));
        CompletableFuture<RecordMetadata> next = harness.producer.send(ProducerRecord.of("late", VALUE));
        harness.runtime.run();

        // then
        assertThat(next).isNotDone();
    }

    @Test
    void should_reject_a_record_that_never_fits() {
        // given
        ProducerHarness harness = harness(Backpressure.block(Duration.ofMinutes(1)));

        // when
        CompletableFuture<RecordMetadata> send = harness.send(0, "x".repeat(1000));
        harness.runtime.run();

        // then
        assertThat(failureOf(send)).isInstanceOf(RecordException.class).hasMessageContaining("buffer.memory");
    }

    @Test
    void should_count_what_waits_for_its_topic_as_buffer_memory() {
        // given
        ProducerHarness harness = harness(Backpressure.fail());
        List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();

        // when
        for (int i = 0; i < 10; i++) {
            sends.add(harness.producer.send(ProducerRecord.of("unknown", VALUE)));
        }
        harness.runtime.run();

        // then
        assertThat(sends.stream()
                        .filter(CompletableFuture::isCompletedExceptionally)
                        .count())
                .isBetween(6L, 9L);
        harness.runtime.advance(ProducerHarness.DELIVERY_TIMEOUT);
        assertThat(sends).allMatch(CompletableFuture::isDone);
        harness.assertMemoryIsBack();
    }

    @Test
    void should_send_open_batches_before_their_linger_ends_when_memory_is_short() {
        // given
        ProducerHarness harness = new ProducerHarness(
                options -> smallBuffer(512).apply(options).linger(Duration.ofSeconds(10)),
                false,
                Backpressure.suspend());
        harness.network.answersAtOnce = ErrorCode.NONE;
        harness.send(0, "warm");
        harness.runtime.advance(Duration.ofSeconds(11));
        harness.send(0, VALUE);
        harness.send(2, VALUE);
        harness.runtime.run();
        assertThat(harness.producer.usedBytes()).isEqualTo(512);

        // when
        CompletableFuture<RecordMetadata> send = harness.send(1, VALUE);
        harness.runtime.advance(Duration.ofMillis(100));

        // then
        assertThat(harness.completed).contains(VALUE);
        assertThat(send).as("it has its segment now, and lingers").isNotDone();
        harness.runtime.advance(Duration.ofSeconds(10));
        assertThat(send).isCompleted();
        harness.assertMemoryIsBack();
    }

    @Test
    void should_not_linger_while_others_wait_for_memory() {
        // given
        ProducerHarness harness = new ProducerHarness(
                options -> smallBuffer(512).apply(options).linger(Duration.ofSeconds(10)),
                false,
                Backpressure.suspend());
        List<String> topics = List.of("u", "v", "w", "x");
        topics.forEach(topic -> harness.network.topics.create(topic, 1));
        harness.network.answersAtOnce = ErrorCode.NONE;
        topics.forEach(topic -> {
            harness.producer.send(ProducerRecord.of(topic, "warm"));
            harness.runtime.advance(Duration.ofSeconds(11));
        });
        harness.network.answersAtOnce = null;
        harness.send(0, VALUE);
        harness.send(2, VALUE);
        harness.runtime.run();

        // when
        List<CompletableFuture<RecordMetadata>> waiting = topics.stream()
                .map(topic -> harness.producer.send(ProducerRecord.of(topic, VALUE)))
                .toList();
        harness.runtime.run();
        harness.network.answersAtOnce = ErrorCode.NONE;
        while (!harness.network.requests.isEmpty()) {
            harness.network.next().ack();
        }
        harness.runtime.advance(Duration.ofSeconds(1));

        // then
        assertThat(waiting.subList(0, 2)).as("the last two waited for these").allMatch(CompletableFuture::isDone);
        harness.runtime.advance(Duration.ofSeconds(10));
        assertThat(waiting).allMatch(CompletableFuture::isDone);
        harness.assertMemoryIsBack();
    }
}
