package dev.ottla.it.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Tells a history how the transactions in a topic have ended, by the markers in the files of the partitions' leaders, as
 * kafka-clients reads them: no client is shown any.
 */
final class MarkersOnDisk {
    private static final long PATIENCE_SECONDS = 60;

    private MarkersOnDisk() {}

    /** After {@link Truth#tell}, when all that is to be written is written. */
    static void tell(History history, RealKafka kafka, String topic) throws Exception {
        for (TopicPartitionInfo described : partitions(kafka, topic)) {
            TopicPartition partition = new TopicPartition(topic, described.partition());
            RealBroker leader = kafka.broker(described.leader().id());
            Map<Long, NavigableMap<Long, String>> open = new TreeMap<>();
            for (Path segment : Segments.of(leader, topic).get(partition.partition())) {
                try (FileRecords file = FileRecords.open(segment.toFile(), false)) {
                    file.batches().forEach(batch -> read(batch, partition, open, history));
                }
            }
            open.values()
                    .forEach(records -> history.add(
                            new HistoryEvent.LogOpen(partition, records.firstKey(), Set.copyOf(records.values()))));
        }
    }

    private static List<TopicPartitionInfo> partitions(RealKafka kafka, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .get(topic)
                    .partitions();
        }
    }

    /** With what is open so far, by producer. */
    private static void read(
            RecordBatch batch, TopicPartition partition, Map<Long, NavigableMap<Long, String>> open, History history) {
        if (batch.isControlBatch()) {
            NavigableMap<Long, String> ended = open.remove(batch.producerId());
            Set<String> records = ended == null ? Set.of() : Set.copyOf(ended.values());
            history.add(new HistoryEvent.LogMarker(partition, batch.baseOffset(), isCommit(batch), records));
        } else if (batch.isTransactional()) {
            NavigableMap<Long, String> records = open.computeIfAbsent(batch.producerId(), id -> new TreeMap<>());
            batch.forEach(record ->
                    records.put(record.offset(), UTF_8.decode(record.value()).toString()));
        }
    }

    private static boolean isCommit(RecordBatch batch) {
        return ControlRecordType.parse(batch.iterator().next().key()) == ControlRecordType.COMMIT;
    }
}
