package dev.ottla.internal.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ottla.internal.protocol.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every generated message in every version against the official client, byte for byte. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialClientDifferentialTest {
    private static final int RANDOM_SEEDS = 20;

    private final AtomicInteger messageVersions = new AtomicInteger();
    private final AtomicInteger roundTrips = new AtomicInteger();

    static List<ListedMessage> messages() {
        return ListedMessage.all();
    }

    @AfterAll
    void report() {
        System.out.printf(
                "%d messages, %d message-versions, %d round trips identical to kafka-clients%n",
                messages().size(), messageVersions.get(), roundTrips.get());
        assertThat(messageVersions.get()).isEqualTo(ListedMessage.versionCount());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void should_read_and_write_the_same_bytes_as_the_official_client(ListedMessage message) {
        SchemaFile schema = SchemaFile.of(message.name());

        for (int version : message.versions()) {
            for (Shape shape : Shape.values()) {
                for (int seed = 0; seed < (shape == Shape.RANDOM ? RANDOM_SEEDS : 1); seed++) {
                    JsonNode value = new MessageValues(schema, version, shape, seed).next();
                    assertSameBytes(schema, version, value);
                }
            }
            messageVersions.incrementAndGet();
        }
    }

    private void assertSameBytes(SchemaFile schema, int version, JsonNode value) {
        String what = schema.name() + " version " + version + ": " + value;
        byte[] official = OfficialMessage.of(schema, value, version).write(version);
        Message expected = OttlaMessage.of(schema, value);

        // theirs written, ours read, ours written
        Message read = OttlaMessage.read(schema, official, version);
        assertThat(read).as(what).isEqualTo(expected);
        assertThat(OttlaMessage.write(read, version)).as(what).isEqualTo(official);
        roundTrips.incrementAndGet();

        // ours written from values, theirs read, theirs written
        byte[] ours = OttlaMessage.write(expected, version);
        assertThat(OfficialMessage.read(schema, ours, version).write(version))
                .as(what)
                .isEqualTo(ours);
        assertThat(ours).as(what).isEqualTo(official);
        roundTrips.incrementAndGet();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void should_have_the_versions_and_the_defaults_of_the_official_client(ListedMessage message) {
        SchemaFile schema = SchemaFile.of(message.name());
        OfficialMessage official = OfficialMessage.defaults(schema);
        Message ours = OttlaMessage.of(schema, JsonNodeFactory.instance.objectNode());

        assertThat(message.lowestVersion()).isEqualTo(official.lowestVersion());
        assertThat(message.highestVersion()).isEqualTo(official.highestVersion());
        for (int version : message.versions()) {
            assertSameOutcome(schema, version, () -> official.write(version), () -> OttlaMessage.write(ours, version));
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void should_refuse_values_that_a_version_cannot_carry_when_the_official_client_does(ListedMessage message) {
        SchemaFile schema = SchemaFile.of(message.name());

        for (int from : new int[] {message.lowestVersion(), message.highestVersion()}) {
            for (Shape shape : Shape.values()) {
                JsonNode value = new MessageValues(schema, from, shape, from).next();
                OfficialMessage official = OfficialMessage.of(schema, value, from);
                Message ours = OttlaMessage.of(schema, value);
                for (int to : message.versions()) {
                    assertSameOutcome(schema, to, () -> official.write(to), () -> OttlaMessage.write(ours, to));
                }
            }
        }
    }

    /** The same bytes, or an error from both: theirs has several types, ours is always an IllegalArgumentException. */
    private static void assertSameOutcome(
            SchemaFile schema, int version, Supplier<byte[]> official, Supplier<byte[]> ours) {
        Optional<byte[]> theirs = tryWrite(official, RuntimeException.class);

        Optional<byte[]> written = tryWrite(ours, IllegalArgumentException.class);

        assertThat(written.isPresent())
                .as(schema.name() + " version " + version + " can carry these values")
                .isEqualTo(theirs.isPresent());
        assertThat(written.orElse(new byte[0]))
                .as(schema.name() + " version " + version)
                .isEqualTo(theirs.orElse(new byte[0]));
    }

    private static Optional<byte[]> tryWrite(Supplier<byte[]> write, Class<? extends RuntimeException> refusal) {
        try {
            return Optional.of(write.get());
        } catch (RuntimeException e) {
            assertThat(e).isInstanceOf(refusal);
            return Optional.empty();
        }
    }
}
