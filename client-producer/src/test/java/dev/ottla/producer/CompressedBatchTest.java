package dev.ottla.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.config.Compression;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Batches of 4 KiB, compressed, that are sent when they are full. */
class CompressedBatchTest {
    private static final int BATCH_BYTES = 4096;
    private static final int VALUE_LENGTH = 120;
    private static final Duration LINGER = Duration.ofMillis(50);

    private final SplittableRandom random = new SplittableRandom(5);
    private final List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final List<String> arrived = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();

    private static ProducerHarness harness(ByteSize bufferMemory) {
        ProducerHarness harness = new ProducerHarness(
                options -> options.linger(LINGER)
                        .batchSize(ByteSize.bytes(BATCH_BYTES))
                        .bufferMemory(bufferMemory)
                        .compression(Compression.gzip()),
                false,
                Backpressure.fail());
        harness.send(0, "warm");
        harness.runtime.advance(LINGER.plusMillis(1));
        harness.network.next().ack();
        harness.runtime.run();
        return harness;
    }

    /** So many letters by lot from an alphabet of 64, the rest all the same. */
    private String value(int letters) {
        StringBuilder value = new StringBuilder(VALUE_LENGTH);
        for (int i = 0; i < letters; i++) {
            value.append((char) ('0' + random.nextInt(64)));
        }
        return value.append("x".repeat(VALUE_LENGTH - letters)).toString();
    }

    private void send(ProducerHarness harness, int count, int letters) {
        for (int i = 0; i < count; i++) {
            sent.add(value(letters));
            sends.add(harness.send(0, sent.get(sent.size() - 1)));
            harness.runtime.run();
            receive(harness);
        }
    }

    private void finish(ProducerHarness harness) {
        harness.runtime.advance(LINGER.plusMillis(1));
        receive(harness);
        harness.runtime.run();
        assertThat(sends).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
        assertThat(arrived).isEqualTo(sent);
        harness.assertMemoryIsBack();
        harness.close();
    }

    private void receive(ProducerHarness harness) {
        while (!harness.network.requests.isEmpty()) {
            FakeProduce request = harness.network.next();
            arrived.addAll(request.values());
            sizes.add(request.firstBatch().length);
            request.ack();
        }
    }

    @Test
    void should_send_batches_near_their_size_however_well_they_compress() {
        // given
        ProducerHarness harness = harness(ByteSize.mib(1));

        // when
        send(harness, 2_000, 30);

        // then
        assertThat(sizes.get(0)).isLessThan(BATCH_BYTES / 2);
        assertThat(sizes.subList(sizes.size() - 5, sizes.size()))
                .allSatisfy(size -> assertThat(size).isBetween(BATCH_BYTES * 6 / 10, BATCH_BYTES));
        finish(harness);
    }

    @Test
    void should_send_one_batch_that_is_too_large_at_most_when_records_compress_no_more() {
        // given
        ProducerHarness harness = harness(ByteSize.mib(1));
        send(harness, 2_000, 30);
        sizes.clear();

        // when
        send(harness, 500, VALUE_LENGTH);

        // then
        assertThat(sizes)
                .hasSizeGreaterThan(5)
                .filteredOn(size -> size > BATCH_BYTES)
                .hasSizeLessThanOrEqualTo(2);
        assertThat(sizes).allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(4 * BATCH_BYTES));
        finish(harness);
    }

    @Test
    void should_not_let_batches_grow_in_a_buffer_that_has_no_room_for_large_ones() {
        // given
        ProducerHarness harness = harness(ByteSize.kib(64));

        // when
        send(harness, 1_000, 30);

        // then
        assertThat(sizes)
                .hasSizeGreaterThan(5)
                .allSatisfy(size -> assertThat(size).isLessThan(BATCH_BYTES / 2));
        finish(harness);
    }
}
