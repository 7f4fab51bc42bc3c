package dev.ottla.it.interop;

import dev.ottla.common.Header;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The official client. */
final class KafkaClientsPeer implements Peer {
    @Override
    public void write(Topic topic, String codec, List<Message> messages) {
        Map<String, Object> config = Map.of("bootstrap.servers", topic.bootstrapServers(), "compression.type", codec);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            messages.forEach(message -> sent.add(producer.send(record(topic, message))));
        }
        for (Future<RecordMetadata> one : sent) {
            try {
                one.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static ProducerRecord<String, String> record(Topic topic, Message message) {
        ProducerRecord<String, String> record = new ProducerRecord<>(
                topic.name(),
                message.partition() == Message.BY_KEY ? null : message.partition(),
                message.timestamp() == Message.NOW ? null : message.timestamp(),
                message.key(),
                message.value());
        message.headers().forEach(header -> record.headers().add(new RecordHeader(header.key(), header.value())));
        return record;
    }

    @Override
    public List<Message> read(Topic topic) {
        Map<String, Object> config = Map.of("bootstrap.servers", topic.bootstrapServers());
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        List<Message> messages = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> messages.add(message(record)));
            }
        }
        return messages;
    }

    private static Message message(ConsumerRecord<String, String> record) {
        List<Header> headers = Stream.of(record.headers().toArray())
                .map(header -> new Header(header.key(), header.value()))
                .toList();
        return new Message(record.partition(), record.timestamp(), record.key(), record.value(), headers);
    }

    @Override
    public String toString() {
        return "kafka-clients";
    }
}
