package dev.ottla.it.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.admin.Admin;
import dev.ottla.admin.NewTopic;
import dev.ottla.testkit.RealKafka;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Our admin and the official one on the same cluster, and the official consumer and producer to give them something to see. */
final class AdminsSideBySide implements AutoCloseable {
    final KafkaClient client;
    final Admin admin;
    final org.apache.kafka.clients.admin.Admin oracle;
    private final String bootstrapServers;

    AdminsSideBySide(RealKafka kafka) {
        bootstrapServers = kafka.bootstrapServers();
        client = KafkaClient.connect(bootstrapServers);
        admin = Admin.create(client);
        oracle = org.apache.kafka.clients.admin.Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    static String unique(String what) {
        return what + "-" + UUID.randomUUID();
    }

    /** A new topic that every broker knows. */
    String topic(int partitions, int replicationFactor) {
        String name = unique("topic");
        admin.topics()
                .create(NewTopic.of(name).partitions(partitions).replicationFactor(replicationFactor))
                .join()
                .all();
        awaitTopic(name);
        return name;
    }

    void awaitTopic(String name) {
        int brokers = admin.cluster().describe().join().nodes().size();
        for (int asked = 0; asked < 3 * brokers; asked++) {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> !admin.topics().describe(name).join().hasFailures());
        }
    }

    void produce(String topic, int partition, int count) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, partition, null, new byte[10]))
                        .get(10, TimeUnit.SECONDS);
            }
        }
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A member that has got its assignment and stays as it is: the test does not poll it again. */
    KafkaConsumer<byte[], byte[]> member(String groupId, String groupProtocol, String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        groupId,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        groupProtocol,
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "member-of-" + groupId,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            consumer.poll(Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
        });
        assertThat(consumer.assignment()).isNotEmpty();
        return consumer;
    }

    @Override
    public void close() {
        admin.close();
        client.close();
        oracle.close(Duration.ofSeconds(5));
    }
}
