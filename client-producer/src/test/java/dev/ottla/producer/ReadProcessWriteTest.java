package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.GroupMetadata;
import dev.ottla.common.InputBatch;
import dev.ottla.common.OffsetAndMetadata;
import dev.ottla.common.TopicPartition;
import dev.ottla.common.TransactionInput;
import dev.ottla.errors.RetriableException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadProcessWriteTest {
    private final TransactionHarness harness = TransactionHarness.v2();
    private final List<String> calls = new ArrayList<>();

    /** One record of partition 0, read by somebody who is in no group, or in one. */
    private record Batch(Optional<GroupMetadata> groupMetadata) implements InputBatch {
        @Override
        public boolean isEmpty() {
            return false;
        }

        @Override
        public Map<TopicPartition, OffsetAndMetadata> nextOffsets() {
            return Map.of(new TopicPartition("in", 0), new OffsetAndMetadata(1));
        }
    }

    private final class Input implements TransactionInput<Batch> {
        private final Batch batch;

        private Input(Optional<GroupMetadata> group) {
            this.batch = new Batch(group);
        }

        @Override
        public Batch poll(Duration timeout) {
            calls.add("poll");
            return batch;
        }

        @Override
        public void rewind(Batch read) {
            calls.add("rewind");
        }
    }

    private ReadProcessWrite<Batch, RuntimeException> loop(Optional<GroupMetadata> group) {
        return harness.producer.readProcessWrite(
                new Input(group), (batch, transaction) -> transaction.send(ProducerRecord.of("t", "processed")));
    }

    /** Runs one round in a thread of its own, while brokers answer. */
    private boolean next(ReadProcessWrite<Batch, RuntimeException> loop) throws Exception {
        FutureTask<Boolean> round = new FutureTask<>(() -> loop.next(Duration.ZERO));
        Thread thread = new Thread(round);
        thread.setDaemon(true);
        thread.start();
        while (!round.isDone()) {
            harness.runtime.advance(Duration.ofMillis(1));
            if (!harness.network.requests.isEmpty()) {
                harness.ack();
            }
            Thread.onSpinWait();
        }
        return round.get();
    }

    @Test
    void should_commit_the_records_with_the_offsets() throws Exception {
        // when
        boolean isCommitted = next(loop(Optional.of(GroupMetadata.ofGroup("group"))));

        // then
        assertThat(isCommitted).isTrue();
        assertThat(calls).containsExactly("poll");
        assertThat(harness.coordinator.asked)
                .containsExactly("InitProducerId -1/-1", "TxnOffsetCommit v5 of group", "EndTxn v5 0 commit");
    }

    /** A transaction whose first commit ends like that of a thread that is interrupted while it waits. */
    private Transaction<?, ?> interrupted(TransactionStatus then) {
        AtomicReference<TransactionStatus> status = new AtomicReference<>(TransactionStatus.OPEN);
        InvocationHandler transaction = (proxy, method, arguments) -> switch (method.getName()) {
            case "status" -> status.get();
            case "sendOffsets", "close" -> calls.add(method.getName());
            case "commit" -> {
                calls.add("commit");
                if (Collections.frequency(calls, "commit") == 1) {
                    status.set(then);
                    throw new RetriableException("interrupted", null);
                }
                yield null;
            }
            default -> throw new AssertionError(method);
        };
        return (Transaction<?, ?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Transaction.class}, (proxy, method, arguments) -> {
                    Object result = transaction.invoke(proxy, method, arguments);
                    return method.getReturnType() == void.class ? null : result;
                });
    }

    @Test
    void should_not_read_again_what_was_committed_when_the_thread_was_interrupted() {
        // given
        ReadProcessWrite<Batch, RuntimeException> loop = new ReadProcessWrite<>(
                new Input(Optional.of(GroupMetadata.ofGroup("group"))),
                batch -> interrupted(TransactionStatus.COMMITTED));

        // when
        assertThatThrownBy(() -> loop.next(Duration.ZERO)).hasMessage("interrupted");
        loop.next(Duration.ZERO);

        // then
        assertThat(calls).containsExactly("poll", "sendOffsets", "commit", "poll", "sendOffsets", "commit");
    }

    @Test
    void should_commit_again_rather_than_read_again_when_it_is_not_known_whether_the_commit_began() {
        // given
        ReadProcessWrite<Batch, RuntimeException> loop = new ReadProcessWrite<>(
                new Input(Optional.of(GroupMetadata.ofGroup("group"))), batch -> interrupted(TransactionStatus.OPEN));

        // when
        assertThatThrownBy(() -> loop.next(Duration.ZERO)).hasMessage("interrupted");
        boolean isCommitted = loop.next(Duration.ZERO);

        // then
        assertThat(isCommitted).isTrue();
        assertThat(calls).containsExactly("poll", "sendOffsets", "commit", "commit");
    }

    @Test
    void should_take_back_what_was_sent_and_let_another_begin_when_the_input_has_no_group() throws Exception {
        // given
        ReadProcessWrite<Batch, RuntimeException> loop = loop(Optional.empty());

        for (int round = 0; round < 2; round++) {
            // when
            assertThatThrownBy(() -> next(loop))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("without a group");
        }

        // then
        assertThat(calls).containsExactly("poll", "rewind", "poll");
        assertThat(harness.coordinator.asked).noneMatch(line -> line.endsWith("commit"));
        assertThat(harness.begin().status()).isEqualTo(TransactionStatus.OPEN);
    }
}
