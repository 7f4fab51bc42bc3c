package dev.ottla.producer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.common.ByteSize;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.Compression;
import dev.ottla.config.ProducerOptions;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchGrowthTest {
    private static final int BATCH_BYTES = 2_000;
    private static final int PLENTY = 1 << 20;

    private static BatchGrowth growth(Compression compression, int requestBytesMax, long bufferBytes) {
        return growth(BATCH_BYTES, compression, requestBytesMax, bufferBytes);
    }

    private static BatchGrowth growth(int batchBytes, Compression compression, int requestBytesMax, long bufferBytes) {
        ClientOptions client =
                ClientOptions.builder().bootstrapServers("host:1").build();
        ProducerOptions options = ProducerOptions.builder()
                .batchSize(ByteSize.bytes(batchBytes))
                .maxRequestSize(ByteSize.bytes(requestBytesMax))
                .compression(compression)
                .build(client);
        return new BatchGrowth(SendingOptions.of(options, client, true), bufferBytes);
    }

    /** As large as the batches get that are compressed so well, sealed full one after the other. */
    private static int grownBytes(BatchGrowth growth, int percentLeft) {
        IntStream.range(0, 100)
                .forEach(batch -> growth.onSealed(growth.grownBytes(), growth.grownBytes() / 100 * percentLeft));
        return growth.grownBytes();
    }

    @Test
    void should_let_batches_hold_what_compresses_to_the_size_of_one() {
        assertThat(grownBytes(growth(Compression.gzip(), PLENTY, PLENTY), 100)).isEqualTo(BATCH_BYTES);
        assertThat(grownBytes(growth(Compression.gzip(), PLENTY, PLENTY), 60)).isEqualTo(BATCH_BYTES);
        assertThat(grownBytes(growth(Compression.gzip(), PLENTY, PLENTY), 49)).isEqualTo(2 * BATCH_BYTES);
        assertThat(grownBytes(growth(Compression.gzip(), PLENTY, PLENTY), 30)).isEqualTo(3 * BATCH_BYTES);
        assertThat(grownBytes(growth(Compression.gzip(), PLENTY, PLENTY), 1)).isEqualTo(4 * BATCH_BYTES);
    }

    @Test
    void should_grow_slowly_and_shrink_at_once() {
        // given
        BatchGrowth growth = growth(Compression.gzip(), PLENTY, PLENTY);

        // when
        growth.onSealed(BATCH_BYTES, BATCH_BYTES / 10);
        int afterOne = growth.grownBytes();
        int afterMany = grownBytes(growth, 10);
        growth.onSealed(afterMany, afterMany);

        // then
        assertThat(afterOne).isEqualTo(BATCH_BYTES);
        assertThat(afterMany).isEqualTo(4 * BATCH_BYTES);
        assertThat(growth.grownBytes()).isEqualTo(BATCH_BYTES);
    }

    @Test
    void should_learn_nothing_from_batches_that_are_small() {
        // given
        BatchGrowth growth = growth(Compression.gzip(), PLENTY, PLENTY);
        int grown = grownBytes(growth, 10);

        // when
        growth.onSealed(BATCH_BYTES / 2 - 1, BATCH_BYTES / 2 - 1);

        // then
        assertThat(growth.grownBytes()).isEqualTo(grown);
    }

    @Test
    void should_never_hold_more_than_a_request_or_a_16th_of_the_buffer() {
        assertThat(grownBytes(growth(Compression.gzip(), 3 * BATCH_BYTES - 1, PLENTY), 1))
                .isEqualTo(2 * BATCH_BYTES);
        assertThat(grownBytes(growth(Compression.gzip(), BATCH_BYTES / 2, PLENTY), 1))
                .isEqualTo(BATCH_BYTES);
        assertThat(grownBytes(growth(Compression.gzip(), PLENTY, 16 * 3 * BATCH_BYTES), 1))
                .isEqualTo(3 * BATCH_BYTES);
    }

    @Test
    void should_leave_batches_alone_that_are_not_compressed_or_meant_to_be_small() {
        assertThat(grownBytes(growth(1_000, Compression.gzip(), PLENTY, PLENTY), 1))
                .isEqualTo(1_000);
        assertThat(grownBytes(growth(Compression.none(), PLENTY, PLENTY), 1)).isEqualTo(BATCH_BYTES);
    }
}
