package dev.ottla.it.interop;

import dev.ottla.KafkaClient;
import dev.ottla.common.Headers;
import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.StartAt;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.RecordMetadata;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Ottla, set up through the standard keys, as the official client is. */
final class OttlaPeer implements Peer {
    @Override
    public void write(Topic topic, String codec, List<Message> messages) {
        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaClient kafka = KafkaClient.connect(topic.bootstrapServers());
                Producer<String, String> producer = Producer.builder(kafka)
                        .config(Map.of("compression.type", codec))
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .build()) {
            messages.forEach(message -> sent.add(producer.send(record(topic, message))));
            producer.flush();
        }
        sent.forEach(CompletableFuture::join);
    }

    private static ProducerRecord<String, String> record(Topic topic, Message message) {
        ProducerRecord<String, String> record = ProducerRecord.of(topic.name(), message.key(), message.value());
        if (message.partition() != Message.BY_KEY) {
            record = record.partition(message.partition());
        }
        if (message.timestamp() != Message.NOW) {
            record = record.timestamp(message.timestamp());
        }
        return record.headers(Headers.of(message.headers()));
    }

    @Override
    public List<Message> read(Topic topic) {
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        List<Message> messages = new ArrayList<>();
        try (KafkaClient kafka = KafkaClient.connect(topic.bootstrapServers());
                Consumer<String, String> consumer = Consumer.builder(kafka)
                        .assign(partitions)
                        .startAt(StartAt.earliest())
                        .keyDeserializer(Deserializers.utf8())
                        .valueDeserializer(Deserializers.utf8())
                        .build()) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition).orElse(-1L) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> messages.add(message(record)));
            }
        }
        return messages;
    }

    private static Message message(ConsumerRecord<String, String> record) {
        return new Message(
                record.partition(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers().asList());
    }

    @Override
    public String toString() {
        return "Ottla";
    }
}
