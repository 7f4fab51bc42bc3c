package dev.ottla.benchmarks.nullbroker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.benchmarks.workload.TopicShape;
import dev.ottla.config.ClientOptions;
import dev.ottla.internal.client.ConnectedKafkaClient;
import dev.ottla.internal.net.NettyRuntime;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InProcessBrokerTest {
    private static final int RECORDS = 5000;
    private static final int PARTITIONS = 4;
    private static final String TOPIC = TopicShape.empty(PARTITIONS).topic();
    private static final byte[] VALUE = new byte[100];

    @Test
    void should_count_and_acknowledge_what_a_producer_sends() {
        // given
        InProcessBroker broker = new InProcessBroker(true);

        // when
        List<CompletableFuture<?>> sent = new ArrayList<>();
        try (KafkaClient kafka = client(broker);
                Producer<byte[], byte[]> producer = producer(kafka)) {
            for (int i = 0; i < RECORDS; i++) {
                sent.add(producer.send(
                        ProducerRecord.<byte[], byte[]>of(TOPIC, VALUE).partition(i % PARTITIONS)));
            }
            producer.flush();
        }

        // then
        assertThat(sent).allMatch(each -> each.isDone() && !each.isCompletedExceptionally());
        assertThat(broker.tally().takeLine())
                .contains(" records=" + RECORDS + " ")
                .contains(" corruptBatches=0 ");
    }

    @Test
    void should_show_the_request_that_it_does_not_answer() {
        // given
        InProcessBroker broker = new InProcessBroker(false);

        // when
        try (KafkaClient kafka = client(broker)) {
            Producer<byte[], byte[]> producer = producer(kafka);
            CompletableFuture<?> sent = producer.send(ProducerRecord.of(TOPIC, VALUE));

            // then
            assertThat(broker.firstProduced()
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join()
                            .apiKey())
                    .isEqualTo(ApiKey.PRODUCE);
            assertThat(sent).isNotDone();
            producer.close(Duration.ZERO);
        }
    }

    private static KafkaClient client(InProcessBroker broker) {
        ClientOptions options = ClientOptions.builder()
                .bootstrapServers(InProcessBroker.ADDRESS)
                .build();
        return new ConnectedKafkaClient(options, new NettyRuntime(options), broker);
    }

    private static Producer<byte[], byte[]> producer(KafkaClient kafka) {
        return Producer.builder(kafka)
                .keySerializer(Serializers.bytes())
                .valueSerializer(Serializers.bytes())
                .build();
    }
}
