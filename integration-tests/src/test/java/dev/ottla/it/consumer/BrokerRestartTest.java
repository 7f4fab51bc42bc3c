package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BrokerRestartTest {

    @Test
    void should_go_on_where_it_was_after_the_broker_was_killed_and_restarted() {
        try (RealKafka kafka = RealKafka.start()) {
            // given
            OfficialClient official = new OfficialClient(kafka);
            String topic = official.createTopic(1);
            official.produce(topic, 0, 0, 500);
            try (KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
                    Consumer<String, String> consumer = Consumer.builder(client)
                            .group("restart")
                            .topics(topic)
                            .autoOffsetReset(AutoOffsetReset.earliest())
                            .enableAutoCommit(false)
                            .maxPollRecords(50)
                            .keyDeserializer(Deserializers.utf8())
                            .valueDeserializer(Deserializers.utf8())
                            .build()) {
                List<ConsumerRecord<String, String>> records = Polling.records(consumer, 100);
                consumer.commit();

                // when
                kafka.broker(1).kill();
                kafka.broker(1).restart();
                official.produce(topic, 0, 500, 1000);
                // After a slow restart the member may have to join anew, and begins at its commit.
                Polling.until(consumer, () -> once(records).size() >= 1000, records);
                consumer.commit();

                // then
                assertThat(once(records)).containsExactlyElementsOf(Polling.numbered(0, 1000));
            }
        }
    }

    private static Set<String> once(List<ConsumerRecord<String, String>> records) {
        return new LinkedHashSet<>(Polling.values(records));
    }
}
