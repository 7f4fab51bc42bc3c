package dev.ottla.benchmarks.peer;

import dev.ottla.KafkaClient;
import dev.ottla.benchmarks.workload.Workload;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerCursor;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ottla's consumer, with its records looked at where they were received. */
final class OttlaCursorReceiver implements Receiver {
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

    private final KafkaClient kafka;
    private final Consumer<byte[], byte[]> consumer;

    /** What the last poll brought, until all of it has been looked at. */
    private @Nullable ConsumerCursor<byte[], byte[]> polled;

    OttlaCursorReceiver(Workload workload, List<Integer> partitions) {
        this.kafka = KafkaClient.connect(ClientOptions.builder()
                .config(KafkaConfig.of(workload.config()))
                .build());
        this.consumer = OttlaReceiver.consumer(kafka, workload, partitions);
    }

    @Override
    public void poll(OffsetCheck check) {
        ConsumerCursor<byte[], byte[]> records = polled;
        if (records == null) {
            records = consumer.pollCursor(POLL_TIMEOUT);
            polled = records;
        }
        while (!check.isComplete()) {
            if (!records.next()) {
                records.close();
                polled = null;
                return;
            }
            check.onRecord(
                    records.topicPartition().partition(),
                    records.offset(),
                    records.valueSlice().length());
        }
    }

    @Override
    public void close() {
        if (polled != null) {
            polled.close();
        }
        consumer.close();
        kafka.close();
    }
}
