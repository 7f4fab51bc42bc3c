package dev.ottla.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.errors.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VarintsTest {

    static LongStream values() {
        LongStream edges =
                LongStream.rangeClosed(0, 63).flatMap(bit -> LongStream.of(1L << bit, (1L << bit) - 1, -(1L << bit)));
        return LongStream.concat(edges, new Random(1).longs(200));
    }

    @ParameterizedTest
    @MethodSource("values")
    void should_write_an_int_as_the_official_client_does(long value) {
        int number = (int) value;
        ByteBuf unsigned = Unpooled.buffer();
        ByteBuf signed = Unpooled.buffer();

        Varints.writeUnsigned(unsigned, number);
        Varints.writeSigned(signed, number);

        ByteBuffer expectedUnsigned = ByteBuffer.allocate(10);
        ByteUtils.writeUnsignedVarint(number, expectedUnsigned);
        ByteBuffer expectedSigned = ByteBuffer.allocate(10);
        ByteUtils.writeVarint(number, expectedSigned);
        assertThat(unsigned).isEqualTo(Unpooled.wrappedBuffer(expectedUnsigned.flip()));
        assertThat(signed).isEqualTo(Unpooled.wrappedBuffer(expectedSigned.flip()));
        assertThat(Varints.sizeOfUnsigned(number)).isEqualTo(unsigned.readableBytes());
        assertThat(Varints.sizeOfSigned(number)).isEqualTo(signed.readableBytes());
        assertThat(Varints.readUnsigned(unsigned, "n")).isEqualTo(number);
        assertThat(Varints.readSigned(signed, "n")).isEqualTo(number);
    }

    @ParameterizedTest
    @MethodSource("values")
    void should_write_a_long_as_the_official_client_does(long value) {
        ByteBuf unsigned = Unpooled.buffer();
        ByteBuf signed = Unpooled.buffer();

        Varints.writeUnsignedLong(unsigned, value);
        Varints.writeSignedLong(signed, value);

        ByteBuffer expectedSigned = ByteBuffer.allocate(10);
        ByteUtils.writeVarlong(value, expectedSigned);
        assertThat(signed).isEqualTo(Unpooled.wrappedBuffer(expectedSigned.flip()));
        assertThat(Varints.sizeOfSignedLong(value)).isEqualTo(signed.readableBytes());
        assertThat(Varints.readUnsignedLong(unsigned, "n")).isEqualTo(value);
        assertThat(Varints.readSignedLong(signed, "n")).isEqualTo(value);
    }

    @Test
    void should_refuse_a_varint_that_does_not_end() {
        ByteBuf endless = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("ffffffffffffffffffffff"));

        assertThatThrownBy(() -> Varints.readUnsigned(endless.duplicate(), "Record.length"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Record.length: a varint goes on beyond 5 bytes");
        assertThatThrownBy(() -> Varints.readSignedLong(endless.duplicate(), "Record.timestampDelta"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Record.timestampDelta: a varint goes on beyond 10 bytes");
    }

    @Test
    void should_refuse_a_varint_that_is_cut() {
        assertThatThrownBy(() -> Varints.readUnsigned(Unpooled.wrappedBuffer(new byte[] {(byte) 0x80}), "n"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("n: 1 bytes expected, 0 are left");
    }
}
