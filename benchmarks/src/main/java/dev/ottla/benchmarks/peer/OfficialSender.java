package dev.ottla.benchmarks.peer;

import dev.ottla.benchmarks.workload.Workload;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The producer of kafka-clients. */
final class OfficialSender implements Sender {
    private final String topic;
    private final boolean keyed;
    private final Producer<byte[], byte[]> producer;
    private final Callback counting;

    OfficialSender(Workload workload, Sender.TimedAck acks) {
        this.topic = workload.topic();
        this.keyed = workload.keyBytes() > 0;
        Map<String, Object> config = new HashMap<>(workload.config());
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.counting = (metadata, error) -> acks.onEnd(error);
    }

    @Override
    public void send(int partition, byte[] key, byte[] value) {
        ProducerRecord<byte[], byte[]> record = partition == ANY_PARTITION
                ? keyed ? new ProducerRecord<>(topic, key, value) : new ProducerRecord<>(topic, value)
                : new ProducerRecord<>(topic, partition, keyed ? key : null, value);
        producer.send(record, counting);
    }

    @Override
    public void sendTimed(byte[] value, TimedAck ack) {
        producer.send(new ProducerRecord<>(topic, value), (metadata, error) -> ack.onEnd(error));
    }

    @Override
    public void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
