package dev.ottla.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.errors.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private static final String FIELD = "Message.field";

    @ParameterizedTest
    @CsvSource({"false, 0003c3a962", "true, 04c3a962"})
    void should_write_a_string_with_its_length_in_bytes(boolean flexible, String expected) {
        ByteBuf out = written(buffer -> Wire.writeString(buffer, "éb", flexible, FIELD));

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(expected);
        assertThat(Wire.readString(out, flexible, FIELD)).isEqualTo("éb");
    }

    @ParameterizedTest
    @CsvSource({"false, ffff", "true, 00"})
    void should_mark_a_null_string(boolean flexible, String expected) {
        ByteBuf out = written(buffer -> Wire.writeNullableString(buffer, null, flexible, FIELD));

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(expected);
        assertThat(Wire.readNullableString(out.duplicate(), flexible, FIELD)).isNull();
        assertMalformed(
                () -> Wire.readString(out, flexible, FIELD), "Message.field: null where the version does not allow it");
    }

    /** A lone continuation byte, an overlong slash, a surrogate, a cut sequence, a number beyond Unicode. */
    @ParameterizedTest
    @ValueSource(strings = {"80", "c0af", "eda080", "e282", "f4908080"})
    void should_refuse_a_string_that_is_not_utf8(String bytes) {
        ByteBuf in = hex("000" + bytes.length() / 2 + bytes);

        assertMalformed(
                () -> Wire.readString(in, false, FIELD),
                "Message.field: a string of " + bytes.length() / 2 + " bytes that are not UTF-8");
    }

    @Test
    void should_read_the_replacement_character_when_it_was_sent() {
        ByteBuf in = written(buffer -> Wire.writeString(buffer, "a\uFFFDb", true, FIELD));

        assertThat(Wire.readString(in, true, FIELD)).isEqualTo("a\uFFFDb");
    }

    @Test
    void should_refuse_to_write_a_string_that_is_too_long_for_the_protocol() {
        String longest = "x".repeat(32_767);

        assertThat(Wire.readString(written(out -> Wire.writeString(out, longest, true, FIELD)), true, FIELD))
                .isEqualTo(longest);
        assertThatThrownBy(() -> Wire.writeString(Unpooled.buffer(), longest + "x", true, FIELD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Message.field: a string of 32768 bytes in UTF-8, where at most 32767 are allowed");
    }

    @Test
    void should_refuse_a_compact_string_that_is_too_long_for_the_protocol() {
        ByteBuf in = Unpooled.buffer();
        Varints.writeUnsigned(in, 32_768 + 1);
        in.writeZero(32_768);

        assertMalformed(
                () -> Wire.readString(in, true, FIELD),
                "Message.field: a string of 32768 bytes, where at most 32767 are allowed");
    }

    @ParameterizedTest
    @CsvSource({
        "false, 7fffffff, 2147483647 bytes expected; 0 are left",
        "false, fffffffe, -2 bytes expected; 0 are left",
        "true, ffffffff07, 2147483646 bytes expected; 0 are left",
        "true, ffffffff0f, a length of 4294967294 is out of range"
    })
    void should_refuse_a_length_that_nothing_stands_behind(boolean flexible, String bytes, String problem) {
        assertMalformed(
                () -> Wire.readBuffer(hex(bytes), flexible, FIELD), "Message.field: " + problem.replace(';', ','));
    }

    @ParameterizedTest
    @CsvSource({"false, 00000003ffffffff", "true, 04ffffffff", "false, fffffffe", "false, 7fffffff"})
    void should_refuse_a_count_that_the_bytes_cannot_hold(boolean flexible, String bytes) {
        assertThatThrownBy(() -> WireArrays.readShorts(hex(bytes), flexible, FIELD))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("Message.field: an array of ")
                .hasMessageContaining(" elements of at least 2 bytes, where only ");
    }

    @Test
    void should_share_the_bytes_of_the_frame_and_leave_the_value_readable_when_written() {
        ByteBuf frame = written(out -> Wire.writeBuffer(out, hex("0102"), true));

        ByteBuf value = Wire.readBuffer(frame, true, FIELD);
        ByteBuf again = written(out -> Wire.writeBuffer(out, value, false));

        frame.setByte(1, 9);
        assertThat(ByteBufUtil.hexDump(value)).isEqualTo("0902");
        assertThat(ByteBufUtil.hexDump(again)).isEqualTo("000000020102");
        assertThat(frame.refCnt()).isEqualTo(1);
    }

    @Test
    void should_write_an_id_most_significant_half_first() {
        UUID id = new UUID(1, 2);

        ByteBuf out = written(buffer -> Wire.writeUuid(buffer, id));

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("00000000000000010000000000000002");
        assertThat(Wire.readUuid(out, FIELD)).isEqualTo(id);
    }

    @Test
    void should_refuse_unsigned_numbers_out_of_range() {
        assertThat(Wire.readUnsignedShort(written(out -> Wire.writeUnsignedShort(out, 65_535, FIELD)), FIELD))
                .isEqualTo(65_535);
        assertThatThrownBy(() -> Wire.writeUnsignedShort(Unpooled.buffer(), 65_536, FIELD))
                .hasMessage("Message.field: 65536 is not within 0 to 65535");
        assertThat(Wire.readUnsignedInt(written(out -> Wire.writeUnsignedInt(out, 4_294_967_295L, FIELD)), FIELD))
                .isEqualTo(4_294_967_295L);
        assertThatThrownBy(() -> Wire.writeUnsignedInt(Unpooled.buffer(), -1, FIELD))
                .hasMessage("Message.field: -1 is not within 0 to 4294967295");
    }

    @Test
    void should_refuse_bytes_after_the_end_of_a_frame_s_message() {
        ByteBuf in = hex("0001ff");

        assertMalformed(
                () -> Wire.readToEnd(in, (short) 3, "SomeResponse", (buffer, version) -> buffer.readShort()),
                "SomeResponse version 3: 1 bytes follow its end");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void should_read_back_arrays_of_primitives(boolean flexible) {
        ByteBuf out = Unpooled.buffer();
        WireArrays.writeBytes(out, Bytes.of((byte) -1, (byte) 2), flexible);
        WireArrays.writeShorts(out, Shorts.of((short) -1, (short) 2), flexible);
        WireArrays.writeInts(out, Ints.of(-1, 2), flexible);
        WireArrays.writeLongs(out, Longs.of(-1, 2), flexible);
        WireArrays.writeStrings(out, List.of("a", ""), flexible, FIELD);
        WireArrays.writeUuids(out, List.of(Wire.ZERO_UUID), flexible);
        WireArrays.writeNullableInts(out, null, flexible);

        assertThat(WireArrays.readBytes(out, flexible, FIELD)).isEqualTo(Bytes.of((byte) -1, (byte) 2));
        assertThat(WireArrays.readShorts(out, flexible, FIELD)).isEqualTo(Shorts.of((short) -1, (short) 2));
        assertThat(WireArrays.readInts(out, flexible, FIELD)).isEqualTo(Ints.of(-1, 2));
        assertThat(WireArrays.readLongs(out, flexible, FIELD)).isEqualTo(Longs.of(-1, 2));
        assertThat(WireArrays.readStrings(out, flexible, FIELD)).containsExactly("a", "");
        assertThat(WireArrays.readUuids(out, flexible, FIELD)).containsExactly(Wire.ZERO_UUID);
        assertThat(WireArrays.readNullableInts(out, flexible, FIELD)).isNull();
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void should_keep_arrays_apart_from_what_they_were_made_of() {
        int[] source = {1, 2};
        Ints ints = Ints.of(source);

        source[0] = 9;
        ints.toArray()[1] = 9;

        assertThat(ints)
                .isEqualTo(Ints.of(1, 2))
                .hasSameHashCodeAs(Ints.of(1, 2))
                .hasToString("[1, 2]");
        assertThat(ints.contains(2)).isTrue();
        assertThat(ints.contains(9)).isFalse();
    }

    private static void assertMalformed(ThrowingCallable read, String message) {
        assertThatThrownBy(read).isInstanceOf(MalformedMessageException.class).hasMessage(message);
    }

    private static ByteBuf written(Consumer<ByteBuf> write) {
        ByteBuf out = Unpooled.buffer();
        write.accept(out);
        return out;
    }

    private static ByteBuf hex(String digits) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(digits));
    }
}
