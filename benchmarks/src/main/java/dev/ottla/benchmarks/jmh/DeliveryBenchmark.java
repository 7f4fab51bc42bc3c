package dev.ottla.benchmarks.jmh;

import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.consumer.internal.delivery.DeliveryQueue;
import dev.ottla.consumer.internal.delivery.DeliveryReader;
import dev.ottla.consumer.internal.delivery.FetchBudget;
import dev.ottla.consumer.internal.delivery.FetchedBatches;
import dev.ottla.consumer.internal.delivery.FrameLease;
import dev.ottla.consumer.internal.delivery.OffsetOutOfRange;
import dev.ottla.consumer.internal.offsets.Assignment;
import dev.ottla.consumer.internal.offsets.FetchPosition;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordBatches;
import dev.ottla.internal.record.RecordCursor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From the hand-over by the loop to the application's look at each record, as behind {@code Consumer.pollCursor}. One operation is a
 * poll that finds one batch of 64 KiB.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DeliveryBenchmark {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final DeliveryQueue queue = new DeliveryQueue();
    private final Assignment assignment = new Assignment();
    private final DeliveryReader reader = new DeliveryReader(
            queue,
            assignment,
            new RecordBatchReader(true, SampleBatches.SEGMENT_BYTES, ByteBufAllocator.DEFAULT),
            new FetchBudget(ConsumerOptions.builder()
                    .build(ClientOptions.builder()
                            .bootstrapServers("localhost:9092")
                            .build())),
            false,
            new Nobody());

    /** What is let go of in place of the batch, which comes again. */
    private final ByteBuf frame = Unpooled.buffer(0);

    private ByteBuf batch = Unpooled.EMPTY_BUFFER;
    private int count;
    private long fetchEpoch;
    private long nextOffset;

    /** Makes the batch, and lets the partition be read from offset 0. */
    @Setup
    public void open() {
        batch = SampleBatches.sealed("none");
        RecordBatches batches = new RecordBatches(batch);
        if (!batches.next()) {
            throw new IllegalStateException("there is no batch");
        }
        count = batches.header().count();
        assignment.assign(List.of(PARTITION), 0);
        fetchEpoch = assignment.seek(PARTITION, new FetchPosition(0, FetchPosition.UNKNOWN_EPOCH));
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        reader.close();
        batch.release();
        frame.release();
    }

    /** Each record's offset and the length of its value, where it was received. */
    @Benchmark
    public long inPlace() {
        deliver();
        reader.begin(Integer.MAX_VALUE);
        long sum = 0;
        int seen = 0;
        while (reader.next()) {
            RecordCursor record = reader.record();
            sum += record.offset() + record.valueLength();
            seen++;
        }
        reader.end();
        if (seen != count) {
            throw new IllegalStateException(seen + " records of " + count);
        }
        return sum;
    }

    /** The same batch again, with the offsets that come next, which the checksum does not cover. */
    private void deliver() {
        batch.setLong(0, nextOffset);
        FrameLease lease = new FrameLease(frame.retain(), () -> {});
        queue.offer(
                List.of(new FetchedBatches(PARTITION, fetchEpoch, batch.slice(), List.of(), nextOffset, count, lease)));
        lease.release();
        nextOffset += count;
    }

    /** Nothing is out of range, damaged or dropped here, and there is no end. */
    private static final class Nobody implements DeliveryReader.Listener {
        @Override
        public void onOffsetOutOfRange(OffsetOutOfRange outOfRange) {
            throw new IllegalStateException("out of range");
        }

        @Override
        public void onEndReached(TopicPartition partition, long offset) {
            throw new IllegalStateException("at the end");
        }

        @Override
        public void onDropped(TopicPartition partition, long newFetchEpoch) {
            throw new IllegalStateException("dropped");
        }

        @Override
        public void onDamaged(TopicPartition partition, long newFetchEpoch) {
            throw new IllegalStateException("damaged");
        }
    }
}
