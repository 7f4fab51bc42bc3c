package dev.ottla.it.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.common.TopicPartition;
import dev.ottla.it.producer.OfficialConsumer;
import dev.ottla.testkit.FakeKafka;
import dev.ottla.testkit.FakeRecord;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Tells a history what is in the log, as kafka-clients finds it, or as the in-memory cluster has it. */
final class Truth {
    private Truth() {}

    /** All records of a topic, and that everything has come to rest. */
    static void tell(History history, OfficialConsumer official, String topic) {
        for (ConsumerRecord<byte[], byte[]> record : official.read(topic, 0)) {
            String value = new String(record.value(), UTF_8);
            history.add(new HistoryEvent.LogRecord(
                    new TopicPartition(topic, record.partition()),
                    record.offset(),
                    value,
                    RecordedLoad.checksum(value)));
        }
        history.add(new HistoryEvent.Settled());
    }

    /** The same of a topic of the in-memory cluster. */
    static void tell(History history, FakeKafka cluster, String topic, int partitions) {
        for (int number = 0; number < partitions; number++) {
            TopicPartition partition = new TopicPartition(topic, number);
            for (FakeRecord record : cluster.records(partition)) {
                String value = String.valueOf(record.valueText());
                history.add(
                        new HistoryEvent.LogRecord(partition, record.offset(), value, RecordedLoad.checksum(value)));
            }
        }
        history.add(new HistoryEvent.Settled());
    }
}
