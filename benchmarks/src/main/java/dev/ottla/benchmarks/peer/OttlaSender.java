package dev.ottla.benchmarks.peer;

import dev.ottla.KafkaClient;
import dev.ottla.benchmarks.workload.Workload;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.SendCallback;
import dev.ottla.producer.TopicProducer;
import dev.ottla.serialization.Serializers;

/** Ottla's producer. */
final class OttlaSender implements Sender {
    private final String topic;
    private final boolean keyed;
    private final KafkaClient kafka;
    private final Producer<byte[], byte[]> producer;
    private final TopicProducer<byte[], byte[]> handle;
    private final boolean sendsRecordObjects;
    private final SendCallback counting;

    OttlaSender(Workload workload, Sender.TimedAck acks) {
        this.counting = (metadata, error) -> acks.onEnd(error);
        this.sendsRecordObjects = workload.sendsRecordObjects();
        this.topic = workload.topic();
        this.keyed = workload.keyBytes() > 0;
        this.kafka = KafkaClient.connect(ClientOptions.builder()
                .config(KafkaConfig.of(workload.config()))
                .build());
        this.producer = Producer.builder(kafka)
                .config(workload.config())
                .keySerializer(Serializers.bytes())
                .valueSerializer(Serializers.bytes())
                .build();
        this.handle = producer.topic(topic);
    }

    @Override
    public void send(int partition, byte[] key, byte[] value) {
        if (partition == ANY_PARTITION && sendsRecordObjects) {
            producer.send(ProducerRecord.<byte[], byte[]>of(topic, keyed ? key : null, value), counting);
        } else if (partition == ANY_PARTITION) {
            handle.send(keyed ? key : null, value, counting);
        } else {
            producer.send(
                    ProducerRecord.<byte[], byte[]>of(topic, keyed ? key : null, value)
                            .partition(partition),
                    counting);
        }
    }

    @Override
    public void sendTimed(byte[] value, TimedAck ack) {
        handle.send(null, value, (metadata, error) -> ack.onEnd(error));
    }

    @Override
    public void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
        kafka.close();
    }
}
