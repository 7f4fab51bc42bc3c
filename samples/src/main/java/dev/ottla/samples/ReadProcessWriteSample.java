package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.ConsumerRecord;
import dev.ottla.consumer.Records;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.ReadProcessWrite;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Deserializers;
import dev.ottla.serialization.Serializers;
import java.time.Duration;
import java.util.Locale;

/**
 * Reads one topic and writes what it makes of it to another, so that each record has its effect once: the offsets are committed
 * in the transaction of the results. Ends after five reads that bring nothing. Arguments: bootstrap servers, input topic, output
 * topic, group.
 */
public final class ReadProcessWriteSample {
    private static final int EMPTY_READS_MAX = 5;

    private ReadProcessWriteSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                Consumer<String, String> consumer = Consumer.builder(kafka)
                        .keyDeserializer(Deserializers.utf8())
                        .valueDeserializer(Deserializers.utf8())
                        .group(args[3])
                        .topics(args[1])
                        .autoOffsetReset(AutoOffsetReset.earliest())
                        .isolationLevel(IsolationLevel.READ_COMMITTED)
                        .enableAutoCommit(false)
                        .build();
                TransactionalProducer<String, String> producer = Producer.builder(kafka)
                        .transactionalId("upper-case-of-" + args[1])
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .buildTransactional()) {
            ReadProcessWrite<Records<String, String>, RuntimeException> loop =
                    producer.readProcessWrite(consumer, (records, tx) -> {
                        for (ConsumerRecord<String, String> record : records) {
                            String value = record.value();
                            if (value != null) {
                                tx.send(ProducerRecord.of(args[2], record.key(), value.toUpperCase(Locale.ROOT)));
                            }
                        }
                    });
            int emptyReads = 0;
            int batches = 0;
            while (emptyReads < EMPTY_READS_MAX) {
                if (loop.next(Duration.ofSeconds(1))) {
                    batches++;
                    emptyReads = 0;
                } else {
                    emptyReads++;
                }
            }
            System.out.println(batches > 0 ? "everything is processed" : "there was nothing to process");
        }
    }
}
