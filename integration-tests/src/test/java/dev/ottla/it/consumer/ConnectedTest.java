package dev.ottla.it.consumer;

import dev.ottla.KafkaClient;
import dev.ottla.testkit.RealKafka;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test on a real broker, with a client for each method and the official one beside it. */
class ConnectedTest {
    final RealKafka kafka;
    final OfficialClient official;
    KafkaClient client;

    ConnectedTest(RealKafka kafka) {
        this.kafka = kafka;
        this.official = new OfficialClient(kafka);
    }

    @BeforeEach
    void connect() {
        client = KafkaClient.connect(kafka.bootstrapServers());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }
}
