package dev.ottla.internal.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.protocol.Message;
import dev.ottla.internal.protocol.MessageReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every generated message, in every version, read from bytes that somebody cut or bent. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedInputTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long BUDGET_PER_BYTE = 64;
    private static final long BUDGET_BYTES_FIXED = 64 * 1024;

    private final AtomicInteger messageVersions = new AtomicInteger();
    private final AtomicInteger truncated = new AtomicInteger();
    private final AtomicInteger flipped = new AtomicInteger();
    private final AtomicInteger flippedAndValid = new AtomicInteger();

    static List<ListedMessage> messages() {
        return ListedMessage.all();
    }

    @AfterAll
    void report() {
        System.out.printf(
                "%d message-versions: %d truncations all refused; %d bytes or bits flipped, %d of them still a message%n",
                messageVersions.get(), truncated.get(), flipped.get(), flippedAndValid.get());
        assertThat(messageVersions.get()).isEqualTo(ListedMessage.versionCount());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void should_refuse_a_message_that_ends_too_early_wherever_that_is(ListedMessage message) {
        SchemaFile schema = SchemaFile.of(message.name());
        MessageReader<Message> reader = OttlaMessage.reader(schema);

        for (int version : message.versions()) {
            byte[] bytes = bytes(schema, version);
            for (int length = 0; length < bytes.length; length++) {
                Optional<Message> read = tryRead(reader, Unpooled.wrappedBuffer(bytes, 0, length), version);

                assertThat(read)
                        .as("%s version %d cut to %d of %d bytes", schema.name(), version, length, bytes.length)
                        .isEmpty();
                truncated.incrementAndGet();
            }
            messageVersions.incrementAndGet();
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void should_refuse_bent_bytes_or_read_a_message_that_can_be_written_again(ListedMessage message) {
        SchemaFile schema = SchemaFile.of(message.name());
        MessageReader<Message> reader = OttlaMessage.reader(schema);
        Random random = new Random(message.name().hashCode());

        for (int version : message.versions()) {
            byte[] bytes = bytes(schema, version);
            for (int at = 0; at < bytes.length; at++) {
                for (int mask : new int[] {0xff, 0x80, 1 << random.nextInt(7)}) {
                    byte[] bent = bytes.clone();
                    bent[at] ^= (byte) mask;
                    tryRead(reader, Unpooled.wrappedBuffer(bent), version)
                            .ifPresent(read -> assertWritesAndReadsAgain(schema, read, version));
                    flipped.incrementAndGet();
                }
            }
        }
    }

    private void assertWritesAndReadsAgain(SchemaFile schema, Message read, int version) {
        byte[] written = OttlaMessage.write(read, version);

        assertThat(OttlaMessage.read(schema, written, version)).isEqualTo(read);
        flippedAndValid.incrementAndGet();
    }

    /** The message, or nothing if it was refused; any other exception and any excess of memory fails the test. */
    private static Optional<Message> tryRead(MessageReader<Message> reader, ByteBuf in, int version) {
        long budget = BUDGET_PER_BYTE * in.readableBytes() + BUDGET_BYTES_FIXED;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Optional<Message> read = readUnlessMalformed(reader, in.duplicate(), version);
        if (THREADS.getCurrentThreadAllocatedBytes() - before > budget) {
            // The first error of its kind also links the code that makes its text; the second one does not.
            before = THREADS.getCurrentThreadAllocatedBytes();
            read = readUnlessMalformed(reader, in.duplicate(), version);
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThanOrEqualTo(budget);
        }
        return read;
    }

    private static Optional<Message> readUnlessMalformed(MessageReader<Message> reader, ByteBuf in, int version) {
        try {
            return Optional.of(reader.read(in, (short) version));
        } catch (MalformedMessageException refused) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(SchemaFile schema, int version) {
        return OfficialMessage.of(
                        schema, new MessageValues(schema, version, Shape.UNKNOWN_TAGS, version).next(), version)
                .write(version);
    }
}
