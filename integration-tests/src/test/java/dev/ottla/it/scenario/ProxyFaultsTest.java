package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.Compression;
import dev.ottla.errors.CorruptRecordException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.it.producer.OfficialConsumer;
import dev.ottla.producer.Producer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.fault.Direction;
import dev.ottla.testkit.fault.Fault;
import dev.ottla.testkit.fault.FaultProxy;
import dev.ottla.testkit.fault.FaultRule;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that a {@link FaultProxy} can do, done to what an Ottla producer and an Ottla consumer exchange with a real broker,
 * while both work; the checker judges what they say about it.
 */
@Tag("failover")
@ExtendWith(ProxiedBroker.class)
class ProxyFaultsTest {
    private static final int PARTITIONS = 3;
    private static final int SOME = 100;
    private static final Duration INTERVAL = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);
    /** Full after some records, so that there is always more than one batch to send. */
    private static final ByteSize BATCH_SIZE = ByteSize.bytes(200);
    /** Of a frame: the last byte of the correlation id, which is the first field of a response. */
    private static final int RESPONSE_CORRELATION_ID = 7;

    /** Of a fetch response: only some tags, none, and the count of headers come behind the last record's value. */
    private static final int IN_LAST_VALUE = -8;

    private static RealKafka kafka;

    private final String topic = "faults-" + UUID.randomUUID();
    private final History history = new History(System::nanoTime);
    private FaultProxy proxy;

    @BeforeAll
    static void start() {
        kafka = ProxiedBroker.kafka();
    }

    @AfterEach
    void heal() {
        kafka.proxy(1).removeAll();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                argumentSet("delay", Fault.delay(Duration.ofMillis(100)).times(5)),
                argumentSet("throttle", Fault.throttle(ByteSize.kib(20)).times(20)),
                argumentSet("swallow requests", Fault.swallow().requests().times(2)),
                argumentSet("swallow responses", Fault.swallow().responses().times(2)),
                argumentSet("close inside requests", closeAfter(60).requests().times(3)),
                argumentSet("close inside responses", closeAfter(9).responses().times(3)),
                argumentSet("reset at requests", Fault.reset().requests().times(3)),
                argumentSet("reset at responses", Fault.reset().responses().times(3)),
                argumentSet("half-open", Fault.halfOpen().requests().times(1)),
                argumentSet(
                        "black hole for requests", Fault.blackHole().requests().times(1)),
                argumentSet(
                        "black hole for responses",
                        Fault.blackHole().responses().times(1)),
                argumentSet("truncate requests", Fault.truncate(40).requests().times(3)),
                argumentSet("truncate responses", Fault.truncate(9).responses().times(3)),
                argumentSet("flip", flipCorrelationId().responses().times(3)),
                argumentSet("duplicate requests", Fault.duplicate().requests().times(3)),
                argumentSet("duplicate responses", Fault.duplicate().responses().times(3)),
                argumentSet("swap requests", Fault.swap().requests().times(4)),
                argumentSet("swap responses", Fault.swap().responses().times(4)),
                argumentSet("hold requests", Fault.hold().requests().times(1)),
                argumentSet("hold responses", Fault.hold().responses().times(1)),
                argumentSet("single bytes", Fault.rechunk(1).times(20)));
    }

    private static Fault closeAfter(int bytes) {
        return Fault.closeAfter(ByteSize.bytes(bytes));
    }

    private static Fault flipCorrelationId() {
        return Fault.flip(RESPONSE_CORRELATION_ID, 1);
    }

    @ParameterizedTest(name = "{argumentSetName}")
    @MethodSource("faults")
    void should_write_and_read_everything_once_and_in_order(Fault fault, TestInfo test) throws Exception {
        tryBoth(fault, Compression.none(), test.getDisplayName());
    }

    @Test
    void should_write_and_read_compressed_records_once_and_in_order() throws Exception {
        tryBoth(
                Fault.reset().responses().times(3),
                Compression.lz4(),
                "reset at responses, records compressed with lz4");
    }

    private void tryBoth(Fault fault, Compression compression, String name) throws Exception {
        // given
        proxy = kafka.proxy(1);
        new OfficialConsumer(kafka).createTopic(topic, PARTITIONS, 1, Map.of());

        // when
        try (KafkaClient writing = connect();
                KafkaClient reading = connect();
                Producer<String, String> producer = producer(writing, compression);
                RecordedReader reader = RecordedReader.start(history, reading, topic, PARTITIONS)) {
            RecordedLoad load =
                    RecordedLoad.start(history, "ottla", topic, PARTITIONS, INTERVAL, RecordSender.of(producer));
            try (load) {
                load.awaitMore(SOME);
                history.add(new HistoryEvent.FaultBegan(fault.toString()));
                FaultRule writes = proxy.install(fault.api("Produce"));
                FaultRule reads = proxy.install(fault.api("Fetch"));
                writes.awaitHits(1, PATIENCE);
                reads.awaitHits(1, PATIENCE);
                load.awaitMore(SOME);
                proxy.removeAll();
                history.add(new HistoryEvent.Healed());
                load.awaitMore(SOME);
            }
            reader.awaitRead(SendSummary.of(history).sent());
            // What is not Kafka's protocol is told; everything else is tried again in silence.
            assertThat(reader.failures()).allMatch(MalformedMessageException.class::isInstance);
        }

        // then
        Truth.tell(history, new OfficialConsumer(kafka), topic);
        Set<Invariant> promised = EnumSet.copyOf(Invariant.ofIdempotentProducer());
        promised.addAll(Invariant.ofReader());
        Verdict verdict = HistoryChecker.of(promised).check(history);
        String scenario = "between client and broker: " + name;
        ScenarioTable.tell(scenario, "ProxyFaultsTest", history, verdict);
        ConsumerTable.tell(scenario, "ProxyFaultsTest", history, verdict);
        assertThat(verdict).matches(Verdict::isGood, "good");
        assertThat(SendSummary.of(history).unacknowledged()).isZero();
    }

    @Test
    void should_have_no_more_than_five_requests_under_way_when_answers_are_held() throws Exception {
        // given
        proxy = kafka.proxy(1);
        new OfficialConsumer(kafka).createTopic(topic, 1, 1, Map.of());
        try (KafkaClient client = KafkaClient.connect(kafka.bootstrapServers());
                Producer<String, String> producer = producer(client);
                RecordedLoad load =
                        RecordedLoad.start(history, "ottla", topic, 1, INTERVAL, RecordSender.of(producer))) {
            load.awaitMore(SOME);

            // when
            try (FaultRule held = proxy.install(Fault.hold().responses().api("Produce"))) {
                await().atMost(Duration.ofSeconds(60)).until(() -> underWay(held) == 5);
                load.awaitSent(10 * SOME);

                // then
                assertThat(underWay(held)).isEqualTo(5);
            }
        }
    }

    private long underWay(FaultRule held) {
        return proxy.seen(Direction.REQUEST, "Produce") - proxy.seen(Direction.RESPONSE, "Produce") + held.hits();
    }

    @Test
    void should_say_which_records_are_corrupt_and_read_them_when_they_are_whole_again() throws Exception {
        // given
        proxy = kafka.proxy(1);
        new OfficialConsumer(kafka).createTopic(topic, 1, 1, Map.of());
        try (KafkaClient client = connect();
                Producer<String, String> producer = producer(client)) {
            RecordedLoad load = RecordedLoad.start(history, "ottla", topic, 1, INTERVAL, RecordSender.of(producer));
            load.awaitMore(SOME);
            load.close();
            FaultRule flip = proxy.install(
                    Fault.flip(IN_LAST_VALUE, 1).responses().api("Fetch").times(1));

            // when
            try (RecordedReader reader = RecordedReader.start(history, client, topic, 1)) {
                flip.awaitHits(1, PATIENCE);
                reader.awaitRead(SendSummary.of(history).sent());

                // then
                assertThat(reader.failures()).hasSize(1).first().isInstanceOf(CorruptRecordException.class);
                assertThat(reader.failures().get(0)).hasMessageContaining(topic);
            }
        }
        Truth.tell(history, new OfficialConsumer(kafka), topic);
        assertThat(HistoryChecker.of(Invariant.ofReader()).check(history)).matches(Verdict::isGood, "good");
    }

    private static KafkaClient connect() {
        return KafkaClient.connect(ClientOptions.builder()
                .bootstrapServers(kafka.bootstrapServers())
                .requestTimeout(REQUEST_TIMEOUT)
                .build());
    }

    private static Producer<String, String> producer(KafkaClient client) {
        return producer(client, Compression.none());
    }

    private static Producer<String, String> producer(KafkaClient client, Compression compression) {
        return Producer.builder(client)
                .batchSize(BATCH_SIZE)
                .compression(compression)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .build();
    }
}
