package dev.ottla.it.consumer;

import dev.ottla.testkit.RealKafka;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the tests let the official client do, to have something to compare with. */
final class OfficialClient {
    private final String bootstrapServers;

    OfficialClient(RealKafka kafka) {
        this(kafka.bootstrapServers());
    }

    OfficialClient(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Creates a topic with a name of its own. */
    String createTopic(int partitions, Map<String, String> config) {
        String name = "t-" + UUID.randomUUID();
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(config)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    String createTopic(int partitions) {
        return createTopic(partitions, Map.of());
    }

    void addPartitions(String topic, int total) {
        try (Admin admin = admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    KafkaProducer<String, String> producer(Map<String, String> config) {
        Map<String, Object> all = new HashMap<>();
        // With more, a batch refused by a broker that does not lead a new topic yet is overtaken for good.
        all.put("max.in.flight.requests.per.connection", "1");
        all.putAll(config);
        all.put("bootstrap.servers", bootstrapServers);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    KafkaConsumer<String, String> consumer(Map<String, String> config) {
        Map<String, Object> all = new HashMap<>(config);
        all.put("bootstrap.servers", bootstrapServers);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    /** Writes values {@code v<from>} to {@code v<to - 1>} to one partition. */
    void produce(String topic, int partition, int from, int to) {
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(topic, partition, "k" + i, "v" + i));
            }
            producer.flush();
        }
    }
}
