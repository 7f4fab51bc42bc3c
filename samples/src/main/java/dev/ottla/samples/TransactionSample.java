package dev.ottla.samples;

import dev.ottla.KafkaClient;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Serializers;

/**
 * Sends five pairs of records, each in a transaction; of the third the second record is refused by the application, and so
 * neither can be read. Arguments: bootstrap servers, topic.
 */
public final class TransactionSample {
    private static final class InsufficientFunds extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private TransactionSample() {}

    /** Runs the sample. */
    public static void main(String[] args) {
        try (KafkaClient kafka = KafkaClient.connect(args[0]);
                TransactionalProducer<String, String> producer = Producer.builder(kafka)
                        .transactionalId("transfers-to-" + args[1])
                        .keySerializer(Serializers.utf8())
                        .valueSerializer(Serializers.utf8())
                        .buildTransactional()) {
            for (int i = 1; i <= 5; i++) {
                transfer(producer, args[1], i);
            }
        }
    }

    private static void transfer(TransactionalProducer<String, String> producer, String topic, int number) {
        try {
            producer.inTransaction(tx -> {
                tx.send(ProducerRecord.of(topic, "alice", "-" + number));
                if (number == 3) {
                    throw new InsufficientFunds();
                }
                return tx.send(ProducerRecord.of(topic, "bob", "+" + number));
            });
            System.out.println("transfer " + number + " is committed");
        } catch (InsufficientFunds e) {
            System.out.println("transfer " + number + " is aborted");
        }
    }
}
