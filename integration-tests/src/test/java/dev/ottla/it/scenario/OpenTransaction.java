package dev.ottla.it.scenario;

import dev.ottla.KafkaClient;
import dev.ottla.common.TopicPartition;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;

/** A transaction with one record, whose producer does not go on: readers of committed records can't pass it. */
final class OpenTransaction implements AutoCloseable {
    private static final String PRODUCER = "halting";
    private static final String TRANSACTION = "halting/0";
    private static final long PATIENCE_SECONDS = 60;

    private final RealKafka kafka;
    private final History history;
    private final TopicPartition partition;
    private final KafkaClient client;
    private final TransactionalProducer<String, String> producer;
    private final Transaction<String, String> transaction;
    private long offset;

    private OpenTransaction(RealKafka kafka, History history, TopicPartition partition) {
        this.kafka = kafka;
        this.history = history;
        this.partition = partition;
        this.client = KafkaClient.connect(kafka.bootstrapServers());
        this.producer = Producer.builder(client)
                .transactionalId(PRODUCER + " in " + partition)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .buildTransactional();
        history.add(new HistoryEvent.ProducerStarted(PRODUCER, PRODUCER));
        this.transaction = producer.begin();
        history.add(new HistoryEvent.TransactionBegan(PRODUCER, TRANSACTION));
    }

    /** Begins one and writes its record. */
    static OpenTransaction begin(RealKafka kafka, History history, TopicPartition partition) throws Exception {
        OpenTransaction open = new OpenTransaction(kafka, history, partition);
        open.send("the only record of " + TRANSACTION);
        return open;
    }

    private void send(String value) throws Exception {
        history.add(new HistoryEvent.SendInvoked(
                PRODUCER, value, partition, RecordedLoad.checksum(value), Duration.ofMinutes(2)));
        history.add(new HistoryEvent.SentInTransaction(TRANSACTION, value));
        offset = transaction
                .send(ProducerRecord.<String, String>of(partition.topic(), value)
                        .partition(partition.partition()))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .offset();
        history.add(new HistoryEvent.SendAcked(PRODUCER, value, partition, offset));
    }

    /** Where its record lies: the last stable offset as long as it is open. */
    long offset() {
        return offset;
    }

    /** Ends it as an operator does who has found it (KIP-664), with kafka-clients' admin. */
    void abortByAdmin() throws Exception {
        var official = new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            ProducerState hanging = admin
                    .describeProducers(List.of(official))
                    .partitionResult(official)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .activeProducers()
                    .stream()
                    .filter(state -> state.currentTransactionStartOffset().orElse(-1) == offset)
                    .findAny()
                    .orElseThrow();
            admin.abortTransaction(new AbortTransactionSpec(
                            official,
                            hanging.producerId(),
                            (short) hanging.producerEpoch(),
                            hanging.coordinatorEpoch().orElse(0)))
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        history.add(new HistoryEvent.TransactionAborted(PRODUCER, TRANSACTION));
    }

    @Override
    public void close() {
        transaction.close();
        producer.close();
        client.close();
    }
}
