package dev.ottla.benchmarks.jmh;

import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.FetchResponse.FetchableTopicResponse;
import dev.ottla.internal.protocol.message.FetchResponse.PartitionData;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.ProduceRequest.PartitionProduceData;
import dev.ottla.internal.protocol.message.ProduceRequest.TopicProduceData;
import dev.ottla.internal.protocol.message.ProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.PartitionProduceResponse;
import dev.ottla.internal.protocol.message.ProduceResponse.TopicProduceResponse;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.internal.record.RecordBatchReader;
import dev.ottla.internal.record.RecordBatches;
import dev.ottla.internal.record.RecordCursor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Whole requests and responses, with one batch of 64 KiB for each of some partitions. One operation is one message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProtocolBenchmark {
    private static final String TOPIC = "benchmark";
    private static final UUID TOPIC_ID = new UUID(1, 2);
    private static final short PRODUCE_VERSION = ApiKey.PRODUCE.highestVersion();
    private static final short FETCH_VERSION = ApiKey.FETCH.highestVersion();

    /** How many partitions the message speaks of. */
    @Param({"6", "1", "50"})
    public int batches = 6;

    private final RecordBatchReader reader = new RecordBatchReader(true, 1 << 20, ByteBufAllocator.DEFAULT);
    private ByteBuf batch = Unpooled.EMPTY_BUFFER;
    private ByteBuf request = Unpooled.EMPTY_BUFFER;
    private ByteBuf produceResponse = Unpooled.EMPTY_BUFFER;
    private ByteBuf fetchResponse = Unpooled.EMPTY_BUFFER;

    /** Makes the responses. */
    @Setup
    public void open() {
        batch = SampleBatches.sealed("none");
        request = Unpooled.directBuffer(batches * (batch.readableBytes() + 64) + 256);
        List<PartitionProduceResponse> acknowledged = new ArrayList<>();
        List<PartitionData> fetched = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            acknowledged.add(
                    PartitionProduceResponse.builder().index(i).baseOffset(1000).build());
            fetched.add(PartitionData.builder()
                    .partitionIndex(i)
                    .highWatermark(1000)
                    .lastStableOffset(1000)
                    .records(batch)
                    .build());
        }
        produceResponse = Unpooled.directBuffer();
        new ProduceResponse(List.of(new TopicProduceResponse(TOPIC, TOPIC_ID, acknowledged)), 0, List.of())
                .write(produceResponse, PRODUCE_VERSION);
        fetchResponse = Unpooled.directBuffer();
        FetchResponse.builder()
                .responses(List.of(new FetchableTopicResponse(TOPIC, TOPIC_ID, fetched)))
                .build()
                .write(fetchResponse, FETCH_VERSION);
    }

    /** Gives all memory back. */
    @TearDown
    public void close() {
        reader.close();
        List.of(batch, request, produceResponse, fetchResponse).forEach(ByteBuf::release);
    }

    /** Header and body by the generated class, which copies the batches; what a sender writes instead is in SendBenchmark. */
    @Benchmark
    public int encodeProduceRequest() {
        List<PartitionProduceData> partitions = new ArrayList<>(batches);
        for (int i = 0; i < batches; i++) {
            partitions.add(new PartitionProduceData(i, batch));
        }
        ProduceRequest body =
                new ProduceRequest(null, (short) 1, 30_000, List.of(new TopicProduceData(TOPIC, TOPIC_ID, partitions)));
        request.clear();
        new RequestHeader(ApiKey.PRODUCE.id(), PRODUCE_VERSION, 1, "benchmark")
                .write(request, ApiKey.PRODUCE.requestHeaderVersion(PRODUCE_VERSION));
        body.write(request, PRODUCE_VERSION);
        return request.readableBytes();
    }

    /** The answer to a produce request. */
    @Benchmark
    public ProduceResponse decodeProduceResponse() {
        return ProduceResponse.read(produceResponse.readerIndex(0), PRODUCE_VERSION);
    }

    /** A fetch response and the headers of its batches, as the loop looks at them. */
    @Benchmark
    public int decodeFetchResponse() {
        FetchResponse response = FetchResponse.read(fetchResponse.readerIndex(0), FETCH_VERSION);
        int count = 0;
        for (PartitionData partition : response.responses().get(0).partitions()) {
            RecordBatches walk = new RecordBatches(recordsOf(partition));
            while (walk.next()) {
                count += walk.header().count();
            }
        }
        return count;
    }

    /** A fetch response down to the last record: checksums and a cursor over all. */
    @Benchmark
    public long decodeFetchResponseAndRecords() {
        FetchResponse response = FetchResponse.read(fetchResponse.readerIndex(0), FETCH_VERSION);
        long sum = 0;
        for (PartitionData partition : response.responses().get(0).partitions()) {
            RecordBatches walk = new RecordBatches(recordsOf(partition));
            while (walk.next()) {
                RecordCursor cursor = reader.open(walk.header());
                while (cursor.next()) {
                    sum += cursor.offset() + cursor.valueLength();
                }
            }
        }
        return sum;
    }

    private static ByteBuf recordsOf(PartitionData partition) {
        ByteBuf records = partition.records();
        return records == null ? Unpooled.EMPTY_BUFFER : records;
    }
}
