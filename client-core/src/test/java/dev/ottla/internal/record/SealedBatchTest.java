package dev.ottla.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.common.Headers;
import dev.ottla.common.TimestampType;
import dev.ottla.config.Compression;
import dev.ottla.internal.record.compression.BatchCompressor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.junit.jupiter.api.Test;

class SealedBatchTest {
    private final FreeListSegmentPool pool = new FreeListSegmentPool(4096, 8192);

    @Test
    void should_send_same_bytes_every_time() {
        SealedBatch batch = batch();
        byte[] expected = TestBatches.toBytes(batch);

        ByteBuf first = batch.retainedBuffer();
        first.skipBytes(first.readableBytes());
        first.release();

        assertThat(TestBatches.toBytes(batch)).isEqualTo(expected);
        batch.release();
    }

    @Test
    void should_return_memory_when_last_sending_is_done() {
        SealedBatch batch = batch();
        ByteBuf sending = batch.retainedBuffer();

        batch.release();

        assertThat(pool.takenBytes()).isEqualTo(4096);
        sending.release();
        assertThat(pool.takenBytes()).isZero();
    }

    @Test
    void should_be_valid_after_new_producer_epoch() {
        SealedBatch batch = batch();

        batch.stamp(new ProducerStamp(8, (short) 4, 0, true));

        MutableRecordBatch read = KafkaOracle.batch(TestBatches.toBytes(batch));
        read.ensureValid();
        assertThat(read.producerId()).isEqualTo(8);
        assertThat(read.producerEpoch()).isEqualTo((short) 4);
        assertThat(read.baseSequence()).isZero();
        assertThat(read.isTransactional()).isTrue();
        batch.stamp(TestBatches.STAMP);
        assertThat(KafkaOracle.batch(TestBatches.toBytes(batch)).isTransactional())
                .isFalse();
        batch.release();
    }

    @Test
    void should_refuse_new_stamp_while_being_sent() {
        SealedBatch batch = batch();
        ByteBuf sending = batch.retainedBuffer();

        assertThatThrownBy(() -> batch.stamp(ProducerStamp.NONE)).isInstanceOf(IllegalStateException.class);

        sending.release();
        batch.release();
    }

    @Test
    void should_be_patchable_as_brokers_do_on_append() {
        SealedBatch batch = batch();

        batch.header()
                .baseOffset(1000)
                .partitionLeaderEpoch(6)
                .logAppendTime(77)
                .sealCrc();

        MutableRecordBatch read = KafkaOracle.batch(TestBatches.toBytes(batch));
        read.ensureValid();
        assertThat(read.baseOffset()).isEqualTo(1000);
        assertThat(read.lastOffset()).isEqualTo(1001);
        assertThat(read.partitionLeaderEpoch()).isEqualTo(6);
        assertThat(read.timestampType()).isEqualTo(org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME);
        assertThat(batch.header().timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(TestBatches.read(TestBatches.toBytes(batch)))
                .extracting(DecodedRecord::timestamp)
                .containsExactly(77L, 77L);
        batch.release();
    }

    @Test
    void should_stay_in_one_segment_when_compressed() {
        RecordBatchBuilder builder = new RecordBatchBuilder(pool.tryTake(0));
        builder.tryAppend(1, null, new byte[3000], Headers.empty());

        try (BatchCompressor compressor = BatchCompressor.of(Compression.zstd(), UnpooledByteBufAllocator.DEFAULT)) {
            SealedBatch batch = builder.seal(TestBatches.STAMP, compressor);

            assertThat(batch.sizeBytes()).isLessThan(200);
            assertThat(pool.takenBytes()).isEqualTo(4096);
            batch.release();
        }
        assertThat(pool.takenBytes()).isZero();
    }

    private SealedBatch batch() {
        RecordBatchBuilder builder = new RecordBatchBuilder(pool.tryTake(0));
        for (DecodedRecord record : List.of(TestBatches.record(0, new byte[10]), TestBatches.record(1, null))) {
            builder.tryAppend(record.timestamp(), record.key(), record.value(), record.headers());
        }
        return builder.seal(TestBatches.STAMP, BatchCompressor.none());
    }
}
