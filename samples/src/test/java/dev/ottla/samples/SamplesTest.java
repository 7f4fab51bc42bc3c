package dev.ottla.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.KafkaClient;
import dev.ottla.admin.Admin;
import dev.ottla.admin.NewTopic;
import dev.ottla.admin.PartitionLag;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.IsolationLevel;
import dev.ottla.consumer.Consumer;
import dev.ottla.consumer.Records;
import dev.ottla.serialization.Deserializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs each sample as its reader would, and checks what it prints and what it leaves in the cluster. */
@RealKafkaTest
class SamplesTest {
    private static final int PARTITIONS = 3;

    private final String bootstrapServers;
    private final String topic = "sample-" + UUID.randomUUID();
    private KafkaClient client;
    private Admin admin;

    SamplesTest(RealKafka kafka) {
        this.bootstrapServers = kafka.bootstrapServers();
    }

    @BeforeEach
    void connect() {
        client = KafkaClient.connect(bootstrapServers);
        admin = Admin.create(client);
    }

    @AfterEach
    void disconnect() {
        admin.close();
        client.close();
    }

    @Test
    void should_create_a_topic_once_and_show_it_each_time() {
        List<String> first = linesOf(AdminSample::main, bootstrapServers, topic);
        List<String> second = linesOf(AdminSample::main, bootstrapServers, topic);

        assertThat(first).hasSize(PARTITIONS);
        assertThat(admin.topics().describe(topic).join().get(topic).partitions())
                .hasSize(PARTITIONS);
        assertThat(second).hasSize(1 + PARTITIONS);
        assertThat(second.get(0)).startsWith(topic).contains("TOPIC_ALREADY_EXISTS");
    }

    @Test
    void should_send_ten_records_one_by_one() {
        createTopic();

        List<String> lines = linesOf(SyncProducerSample::main, bootstrapServers, topic);

        assertThat(lines).hasSize(10);
        assertThat(lines.get(9)).startsWith("record 9 is at ").contains(topic);
        assertThat(recordCount()).isEqualTo(10);
    }

    @Test
    void should_send_100_000_records_without_waiting() {
        createTopic();

        List<String> lines = linesOf(AsyncProducerSample::main, bootstrapServers, topic);

        assertThat(lines).containsExactly("100000 records acknowledged, 0 failed");
        assertThat(recordCount()).isEqualTo(100_000);
    }

    @Test
    void should_say_of_each_record_how_it_ended() {
        createTopic();

        List<String> lines = linesOf(FutureProducerSample::main, bootstrapServers, topic);

        assertThat(lines).hasSize(3).allMatch(line -> line.startsWith("written: ") && line.contains(topic));
        assertThat(recordCount()).isEqualTo(3);
    }

    @Test
    void should_send_together_and_fail_only_the_record_that_is_too_large() {
        createTopic();

        List<String> lines = linesOf(SendAllSample::main, bootstrapServers, topic);

        assertThat(lines).containsExactly("a is written", "b is not written", "c is written");
        assertThat(recordCount()).isEqualTo(2);
    }

    @Test
    void should_send_to_a_topic_that_is_looked_up_once() {
        createTopic();

        List<String> lines = linesOf(TopicProducerSample::main, bootstrapServers, topic);

        assertThat(lines).hasSize(2).allMatch(line -> line.contains(topic)).doesNotHaveDuplicates();
        assertThat(recordCount()).isEqualTo(2);
    }

    @Test
    void should_hear_of_failures_and_of_batches_only() {
        createTopic();

        List<String> lines = linesOf(ForgetProducerSample::main, bootstrapServers, topic);

        assertThat(lines).containsExactly("failed: REJECTED", "1000 records acknowledged");
        assertThat(recordCount()).isEqualTo(1_000);
    }

    @Test
    void should_read_everything_and_commit_it() {
        createTopic();
        linesOf(SyncProducerSample::main, bootstrapServers, topic);
        String group = "group-of-" + topic;

        List<String> lines = linesOf(GroupConsumerSample::main, bootstrapServers, topic, group);

        assertThat(lines).hasSize(10).allMatch(line -> line.matches("[012]:\\d key-\\d = value-\\d"));
        assertThat(lines).extracting(line -> line.substring(line.indexOf('='))).doesNotHaveDuplicates();
        assertThat(admin.groups().lag(group).join().all().values())
                .extracting(PartitionLag::lag)
                .allSatisfy(lag -> assertThat(lag).hasValue(0));
    }

    @Test
    void should_add_up_what_it_reads_without_making_objects() {
        createTopic();
        linesOf(SyncProducerSample::main, bootstrapServers, topic);

        List<String> lines = linesOf(CursorConsumerSample::main, bootstrapServers, topic);

        assertThat(lines).containsExactly("10 records, 70 bytes of values");
    }

    @Test
    void should_handle_records_and_commit_them() {
        createTopic();
        linesOf(SyncProducerSample::main, bootstrapServers, topic);

        List<String> lines = linesOf(ProcessorSample::main, bootstrapServers, topic, "handlers-of-" + topic, "10");

        assertThat(lines).hasSize(11).endsWith("all handled");
        assertThat(lines.subList(0, 10)).allMatch(line -> line.matches("key-\\d = value-\\d"));
        assertCommitted("handlers-of-" + topic);
    }

    @Test
    void should_fetch_records_one_by_one_and_acknowledge_them_backwards() {
        createTopic();
        linesOf(SyncProducerSample::main, bootstrapServers, topic);

        List<String> lines = linesOf(AcknowledgingSample::main, bootstrapServers, topic, "acks-of-" + topic, "10");

        assertThat(lines).hasSize(10).allMatch(line -> line.matches("[012]:\\d value-\\d"));
        assertCommitted("acks-of-" + topic);
    }

    @Test
    void should_publish_records_to_a_subscriber() {
        createTopic();
        linesOf(SyncProducerSample::main, bootstrapServers, topic);

        List<String> lines = linesOf(PublisherSample::main, bootstrapServers, topic, "subscriber-of-" + topic, "10");

        assertThat(lines).contains("all came");
        assertThat(lines.subList(0, 10)).allMatch(line -> line.matches("key-\\d = value-\\d"));
        assertCommitted("subscriber-of-" + topic);
    }

    private void assertCommitted(String group) {
        assertThat(admin.groups().lag(group).join().all().values())
                .extracting(PartitionLag::lag)
                .allSatisfy(lag -> assertThat(lag).hasValue(0));
    }

    @Test
    void should_commit_transfers_as_a_whole_or_not_at_all() {
        createTopic();

        List<String> lines = linesOf(TransactionSample::main, bootstrapServers, topic);

        assertThat(lines)
                .containsExactly(
                        "transfer 1 is committed",
                        "transfer 2 is committed",
                        "transfer 3 is aborted",
                        "transfer 4 is committed",
                        "transfer 5 is committed");
        assertThat(committedValues(topic, 8)).containsExactlyInAnyOrder("-1", "+1", "-2", "+2", "-4", "+4", "-5", "+5");
    }

    @Test
    void should_process_each_record_once() {
        createTopic();
        linesOf(SyncProducerSample::main, bootstrapServers, topic);
        String output = topic + "-upper";
        admin.topics().create(NewTopic.of(output).partitions(PARTITIONS)).join().all();

        String[] arguments = {bootstrapServers, topic, output, "group-of-" + topic};
        List<String> first = linesOf(ReadProcessWriteSample::main, arguments);
        List<String> second = linesOf(ReadProcessWriteSample::main, arguments);

        assertThat(first).containsExactly("everything is processed");
        assertThat(second).containsExactly("there was nothing to process");
        assertThat(committedValues(output, 10))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 10)
                        .mapToObj(number -> "VALUE-" + number)
                        .toList());
    }

    /** At least so many. */
    private List<String> committedValues(String ofTopic, int expected) {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(ofTopic, partition))
                .toList();
        List<String> values = new ArrayList<>();
        try (Consumer<byte[], String> consumer = Consumer.builder(client)
                .valueDeserializer(Deserializers.utf8())
                .isolationLevel(IsolationLevel.READ_COMMITTED)
                .autoOffsetReset(AutoOffsetReset.earliest())
                .assign(partitions)
                .build()) {
            long deadlineNanos = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            boolean isAtTheEnd = false;
            // The last markers may be written a little after the producer was told that its transaction has ended.
            while (!isAtTheEnd && System.nanoTime() - deadlineNanos < 0) {
                Records<byte[], String> records = consumer.poll(Duration.ofSeconds(1));
                records.forEach(record -> values.add(record.value()));
                isAtTheEnd = records.isEmpty() && values.size() >= expected;
            }
        }
        return values;
    }

    private void createTopic() {
        admin.topics().create(NewTopic.of(topic).partitions(PARTITIONS)).join().all();
    }

    private long recordCount() {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        try (Consumer<byte[], byte[]> consumer =
                Consumer.builder(client).assign(partitions).build()) {
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    /** What the sample prints while it runs in this thread. */
    private static List<String> linesOf(Main main, String... arguments) {
        PrintStream original = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream capture = new PrintStream(printed, true, UTF_8)) {
            System.setOut(capture);
            main.run(arguments);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            System.setOut(original);
        }
        return printed.toString(UTF_8).lines().toList();
    }

    private interface Main {
        void run(String[] arguments) throws InterruptedException;
    }
}
